import type { ApplicantActor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { findGaps, type Gap, type PartState, partStates, type RoundFacts } from './find-gaps.ts'
import { isStaffMailbox } from './find-writer.ts'
import { requireInScope } from './move-group.ts'
import { canSendIn, refuseWriting } from './policy.ts'
import { type Dossier, readDossier } from './read-dossier.ts'
import { type Part, parts } from './types.ts'
import { readWritingFacts } from './write-dossier.ts'

/** An application as whoever fills it in sees it. */
export type ApplicationView = {
  dossier: Dossier
  chapterName: string
  round: number
  gaps: Gap[]
  states: Record<Part, PartState>
  /** The parts that can be changed now. */
  open: readonly Part[]
  /** Whether it can be sent in once nothing is missing. */
  canSubmit: boolean
}

/** Reads an application for its applicant, or for somebody of its chapter. Throws `not_found` for anyone else. */
export async function readApplication(actor: ApplicantActor | UserActor, aidGroupId: string): Promise<ApplicationView> {
  if (actor.kind === 'user') await requireInScope(actor, aidGroupId)
  const facts = await readWritingFacts(db(), actor, aidGroupId)
  if (!facts) throw new AppError('not_found', 'There is no such application.')
  const dossier = await readDossier(db(), aidGroupId)
  const chapter = await db().chapter.findUniqueOrThrow({ where: { id: facts.chapterId }, select: { name: true } })
  const gaps = findGaps(dossier, await readRound(db(), dossier, facts.round))
  const open = parts.filter((part) => refuseWriting(actor, facts, part) === null)
  return {
    ...{ dossier, chapterName: chapter.name, round: facts.round, gaps, states: partStates(dossier, gaps), open },
    canSubmit: canSendIn(facts) && open.length === parts.length,
  }
}

/** When the round began, what was confirmed in it, and whether the contact can be written to. */
export async function readRound(client: DbClient, dossier: Dossier, round: number): Promise<RoundFacts> {
  const began = dossier.applications.filter((one) => one.round === round).map(({ createdAt }) => createdAt.getTime())
  const { aidGroupId } = dossier
  const confirmed = await client.dossierConfirmation.findMany({
    where: { aidGroupId, round },
    select: { part: true, digest: true },
  })
  const contactEmail = dossier.sections.identity?.data.contactEmail ?? ''
  const isContactStaff = await isStaffMailbox(client, contactEmail)
  return { round, confirmed, isContactStaff, beganAt: new Date(Math.min(now().getTime(), ...began)) }
}
