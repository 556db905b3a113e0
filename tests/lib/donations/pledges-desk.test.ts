import { expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { listPledgeSummaries } from '#lib/donations/list-pledges.ts'
import { pausePledge } from '#lib/donations/pause-pledge.ts'
import { nextChargeOf } from '#lib/donations/read-subscription.ts'
import { signPledgeToken, verifyPledgeToken } from '#lib/donations/sign-pledge-link.ts'
import { startPledge } from '#lib/donations/start-pledge.ts'
import { newId } from '#lib/ids.ts'
import { campaignFigures } from '#lib/reports/queries.ts'
import type { StripeSubscription } from '#lib/stripe/types.ts'
import { beginPledge, usePledgeWorld } from './pledge-world.ts'
import { GUEST, giving, makeCampaign } from './world.ts'

const world = usePledgeWorld()

const person = (chapterId: string, role: 'organizer' | 'treasurer' | 'vetting_reviewer'): UserActor => ({
  ...{ kind: 'user', userId: newId(), name: 'Somebody', isAdmin: false },
  roles: [{ chapterId, role }],
})

test('organizers and treasurers see their own chapter’s pledges as counts and sums, and nobody’s name', async () => {
  const { campaign, chapter, token } = await beginPledge(world, {
    name: 'Ann Verysecret',
    email: 'ann.verysecret@example.org',
  })
  await pausePledge(GUEST, { token, until: 'resumed' })
  await startPledge(GUEST, giving(campaign.slug))
  for (const role of ['organizer', 'treasurer'] as const) {
    const rows = await listPledgeSummaries(person(chapter.id, role))
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      campaignId: campaign.id,
      pausedCount: 1,
      activeCount: 0,
      perMonthMinor: 0n,
      receivedMinor: 2500n,
    })
    const text = JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
    expect(text.toLowerCase()).not.toContain('verysecret')
  }
  const { chapter: other } = await makeCampaign()
  expect(await listPledgeSummaries(person(other.id, 'treasurer'))).toEqual([])
  expect(await listPledgeSummaries(person(chapter.id, 'vetting_reviewer'))).toEqual([])
  expect(await listPledgeSummaries(GUEST)).toEqual([])
}, 120_000)

test('a pledge is never cash: the campaign’s page counts what came and what is pledged a month apart', async () => {
  const { campaign } = await beginPledge(world, { amount: '40.00' })
  const figures = await campaignFigures(campaign.id)
  expect(figures).toMatchObject({ raisedMinor: 4000n, pledgedMinor: 0n, monthlyMinor: 4000n, monthlyCount: 1 })
}, 120_000)

test('a pledge link is signed: each pledge has its own, and no byte of it can be another', () => {
  const [one, other] = [newId(), newId()]
  const token = signPledgeToken(one)
  expect(verifyPledgeToken(token)).toBe(one)
  expect(verifyPledgeToken(signPledgeToken(other))).toBe(other)
  for (let place = 0; place < token.length; place += 1) {
    const wrong = `${token.slice(0, place)}${token[place] === 'A' ? 'B' : 'A'}${token.slice(place + 1)}`
    expect(verifyPledgeToken(wrong)).toBeNull()
  }
})

test.each([
  ['2026-01-31T10:00:00Z', '2026-02-28T10:00:00Z', '2026-03-15', '2026-03-31'],
  ['2026-01-31T10:00:00Z', '2026-02-28T10:00:00Z', '2026-04-01', '2026-04-30'],
  ['2026-01-15T10:00:00Z', '2026-02-15T10:00:00Z', '2026-02-15', '2026-02-15'],
  ['2026-11-30T10:00:00Z', '2026-12-30T10:00:00Z', '2027-02-01', '2027-02-28'],
])('begun on %s and paused in the period to %s until %s, it is charged next on %s', (anchor, end, until, expected) => {
  const subscription = {
    ...{ anchorAt: new Date(anchor), periodEnd: new Date(end), endsAt: null },
    pause: { until: new Date(`${until}T00:00:00Z`) },
    items: [{ id: 'si', productId: 'prod', part: 'gift', amountMinor: 100n }],
  } as unknown as StripeSubscription
  expect(nextChargeOf(subscription, 'paused', null)?.at.toISOString().slice(0, 10)).toBe(expected)
})

test('the history of a pledge cannot be rewritten by the app, and a cancelled pledge does not begin again', async () => {
  const { pledgeId } = await beginPledge(world)
  await expect(
    db().$executeRaw`UPDATE pledge_step SET kind = 'other' WHERE pledge_id = ${pledgeId}::uuid`,
  ).rejects.toThrow()
  await expect(db().$executeRaw`DELETE FROM pledge_step WHERE pledge_id = ${pledgeId}::uuid`).rejects.toThrow()
  await db().$executeRaw`UPDATE pledge SET status = 'cancelled', end_reason = 'donor' WHERE id = ${pledgeId}::uuid`
  await expect(db().$executeRaw`UPDATE pledge SET status = 'active' WHERE id = ${pledgeId}::uuid`).rejects.toThrow()
  await expect(db().$executeRaw`UPDATE pledge SET currency = 'EUR' WHERE id = ${pledgeId}::uuid`).rejects.toThrow()
})
