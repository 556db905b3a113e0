import type pg from 'pg'
import type { UserActor } from '#lib/auth/types.ts'
import { approveGroup } from '#lib/vetting/approve-group.ts'
import { plantReviewedGroup } from '#tests/support/plant.ts'
import { makeChapter, makePerson } from './people.ts'
import type { Subject } from './segregation-stage.ts'
import { STEPS } from './segregation-steps.ts'

const IN_A_YEAR = new Date(Date.now() + 364 * 86_400_000)
export type Sections = Parameters<typeof plantReviewedGroup>[0]['sections']
export type Desk = { chapterId: string; reviewer: UserActor; approver: UserActor }

/** A chapter with one who reviews and one who approves. */
export async function makeDesk(): Promise<Desk> {
  const chapterId = (await makeChapter()).id
  const reviewer = await makePerson(chapterId, 'vetting_reviewer')
  return { chapterId, reviewer, approver: await makePerson(chapterId, 'vetting_reviewer') }
}

/** An aid group that waits for its approval, green but for what `sections` change. */
export function plantWaiting({ chapterId, reviewer }: Desk, sections: Sections = {}) {
  return plantReviewedGroup({ chapterId, reviewedById: reviewer.userId, approvedUntil: IN_A_YEAR, sections })
}

export function approve({ approver }: Desk, aidGroupId: string, changes: object = {}): Promise<void> {
  const input = { aidGroupId, reason: 'Good.', riskTier: 'low', until: '', conditions: '', ...changes }
  return approveGroup(approver, input)
}

/** The approval as somebody with the app's password would write it in the approver's name, statement by statement. */
export async function approvalByHand({ approver }: Desk, aidGroupId: string) {
  const step = STEPS.find(({ name }) => name === 'approve')
  if (!step?.sql) throw new Error('There is such a step.')
  return step.sql(approver.userId, { aidGroupId } as Subject)
}

export async function approveByHand(app: pg.Client, desk: Desk, aidGroupId: string): Promise<void> {
  await app.query('BEGIN')
  try {
    for (const [sql, values] of await approvalByHand(desk, aidGroupId)) await app.query(sql, values)
    await app.query('COMMIT')
  } catch (error) {
    await app.query('ROLLBACK')
    throw error
  }
}
