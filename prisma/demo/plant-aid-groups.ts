import type { SystemActor, UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { approveGroup } from '#lib/vetting/approve-group.ts'
import { listGates } from '#lib/vetting/list-gates.ts'
import { draftGroup } from '#lib/vetting/nominate-group.ts'
import { recordFinding } from '#lib/vetting/record-finding.ts'
import { recommendGroup, startReview } from '#lib/vetting/review-group.ts'
import { screenAidGroup } from '#lib/vetting/screen-group.ts'
import { verifyBank } from '#lib/vetting/verify-bank.ts'
import { DEMO_AID_GROUPS, type DemoAidGroup } from './aid-groups.ts'
import { answerDemoReferences, plantDossier } from './plant-dossier.ts'
import { plantLists } from './plant-lists.ts'
import { must, type World } from './world.ts'

const ORGANIZER_OF = { minneapolis: 'mara', pittsburgh: 'joy', leeds: 'callum' } as const
const SEED: SystemActor = { kind: 'system', name: 'seed' }

const DAY_MS = 86_400_000

type Times = { start: Date; finish: Date; clock: { set: (at: Date) => void } }

/**
 * Each group is nominated by one person, applies itself, is reviewed by a second person and approved by a third, as in
 * life: on days of its own, so that the queue shows different ages.
 */
export async function plantAidGroups(world: World, { start, finish, clock }: Times): Promise<void> {
  const first = Math.max(...DEMO_AID_GROUPS.map(({ appliedDaysBefore }) => appliedDaysBefore))
  clock.set(new Date(start.getTime() - (first + 1) * DAY_MS))
  await plantLists()
  const reviewer = must(world.people, 'dana')
  for (const group of DEMO_AID_GROUPS) {
    const appliedAt = (group.state === 'approved' ? start : finish).getTime() - group.appliedDaysBefore * DAY_MS
    const onDay = (day: number) => clock.set(new Date(appliedAt + day * DAY_MS))
    onDay(0)
    const nominator = must(world.people, ORGANIZER_OF[group.chapter])
    const aidGroupId = await draftGroup(nominator, {
      chapterId: must(world.chapters, group.chapter).id,
      name: group.name,
      legalName: group.legalName,
      publicAlias: group.publicAlias ?? '',
      summary: group.summary,
      country: 'Ukraine',
      region: group.region,
    })
    world.aidGroups.set(group.key, aidGroupId)
    await plantDossier(nominator, aidGroupId, group)
    onDay(2)
    await screenAidGroup(SEED, { aidGroupId })
    await startReview(reviewer, { aidGroupId, reason: 'The application is complete; the references are asked.' })
    onDay(5)
    await answerDemoReferences(aidGroupId, group.state === 'approved' ? 2 : 1)
    if (group.state === 'in_review') {
      await findMet(reviewer, aidGroupId, group, ['legal_existence', 'governing_document'])
      continue
    }
    await verifyAccount(must(world.people, 'tomas'), aidGroupId)
    const judged = (await listGates(db(), aidGroupId)).filter(({ isJudged }) => isJudged)
    await findMet(
      reviewer,
      aidGroupId,
      group,
      judged.map(({ gate }) => gate),
    )
    onDay(7)
    await recommendGroup(reviewer, {
      aidGroupId,
      reason: 'Register entry, board and both references confirmed by telephone.',
    })
    onDay(8)
    await approveGroup(must(world.people, 'olek'), {
      ...{ aidGroupId, reason: 'Checked the file a second time; nothing open.', riskTier: group.tier, until: '' },
      ...{ conditions: '', caps: [{ currency: must(world.chapters, group.chapter).currency, amount: group.cap }] },
    })
  }
  clock.set(start)
}

async function verifyAccount(treasurer: UserActor, aidGroupId: string): Promise<void> {
  const account = await db().dossierBankAccount.findFirstOrThrow({ where: { aidGroupId, replacedAt: null } })
  const note = 'Called the number in the register; the chair read the last digits back.'
  await verifyBank(treasurer, { aidGroupId, accountId: account.id, method: 'call_back', note })
}

const REASONS: Readonly<Record<string, string>> = {
  legal_existence: 'The entry is in the public register under this name and number.',
  governing_document: 'Read; the clause on dissolution is in it.',
  controllers: 'The board in the register is the one named here.',
  references: 'Both references were called; they have worked with the organization for years.',
  past_work: 'The reports and the photographs agree.',
  end_use: 'Signed by the chair, who may sign alone.',
  export_control: 'Small generators for clinics and halls; no licence is needed below this size.',
  safeguarding: 'The policy is short and people know it.',
  risk_tier: 'Region, goods and amounts considered together.',
}

async function findMet(reviewer: UserActor, aidGroupId: string, group: DemoAidGroup, gates: string[]): Promise<void> {
  for (const gate of gates) {
    const detail = gate === 'risk_tier' ? { riskTier: group.tier } : {}
    await recordFinding(reviewer, { aidGroupId, gate, verdict: 'met', reason: REASONS[gate] ?? 'Seen.', detail })
  }
}
