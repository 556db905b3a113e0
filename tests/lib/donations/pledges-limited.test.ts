import { expect, test } from 'vitest'
import { hashTrace } from '#lib/auth/read-sender.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { DECLINES_PER_PAGE_MAX, GIVER_LIMITS } from '#lib/donations/check-limits.ts'
import { startCardChange } from '#lib/donations/replace-card.ts'
import { restorePledge } from '#lib/donations/restore-pledge.ts'
import { startPledge } from '#lib/donations/start-pledge.ts'
import { newId, newToken } from '#lib/ids.ts'
import { stripe } from '#lib/stripe/client.ts'
import { beginPledge, FAILING_CARD, giftsOf, pledgeOf, turnCard, usePledgeWorld } from './pledge-world.ts'
import { GUEST, giving, makeCampaign, payAt, sessionIdOf } from './world.ts'

const world = usePledgeWorld()
const FROM_HERE = { sender: '203.0.113.7', proof: null, turnstile: null }

async function decline(email: string, campaignId: string): Promise<void> {
  const [, most] = GIVER_LIMITS.declinedByEmailHour
  const shared = { kind: 'declined', emailKey: hashTrace('email', email), campaignId, senderKey: null, at: now() }
  await db().cardTry.createMany({ data: Array.from({ length: most }, () => ({ id: newId(), ...shared })) })
}

const tries = (email: string) => db().cardTry.count({ where: { emailKey: hashTrace('email', email), kind: 'begun' } })

test('a page for another card of a pledge is one counted try, however often its button is pressed', async () => {
  const { token, email } = await beginPledge(world)
  const before = await tries(email)
  const submissionKey = newToken()
  const press = () => startCardChange(GUEST, { token, submissionKey }, FROM_HERE)
  const pages = [await press(), await press()]
  expect(pages[0]?.checkoutUrl).toBe(pages[1]?.checkoutUrl)
  expect((await tries(email)) - before).toBe(1)
  await startCardChange(GUEST, { token, submissionKey: newToken() }, FROM_HERE)
  expect((await tries(email)) - before).toBe(2)
}, 120_000)

test('where too many cards were declined, no page for another card is made, and no lapsed pledge goes on', async () => {
  const { pledgeId, token, email, campaign } = await beginPledge(world)
  await decline(email, campaign.id)
  const change = startCardChange(GUEST, { token, submissionKey: newToken() }, FROM_HERE)
  await expect(change).rejects.toMatchObject({ code: 'rate_limited' })
  await db().pledge.update({ where: { id: pledgeId }, data: { status: 'lapsed', subscriptionId: null } })
  await expect(restorePledge(GUEST, { token }, FROM_HERE)).rejects.toMatchObject({ code: 'rate_limited' })
  const operation = { startsWith: 'checkout.session.create' }
  expect(await db().stripeCall.count({ where: { subjectId: pledgeId, operation } })).toBe(1)
}, 120_000)

const DECLINED = '4000000000000002'
const declined = (email: string) =>
  db().cardTry.findMany({ where: { emailKey: hashTrace('email', email), kind: 'declined' } })
const statusOf = async (sessionId: string) => (await stripe().checkout.sessions.retrieve(sessionId)).status

test('cards declined on the page of a monthly gift are counted, against whoever began it, and close it', async () => {
  const { campaign } = await makeCampaign()
  const email = `tester-${newId().slice(-8)}@example.org`
  const started = await startPledge(GUEST, giving(campaign.slug, { email }), FROM_HERE)
  const sessionId = sessionIdOf(started.checkoutUrl)
  for (let n = 1; n < DECLINES_PER_PAGE_MAX; n += 1) await payAt(started.checkoutUrl, DECLINED)
  await world.deliver()
  expect(await statusOf(sessionId)).toBe('open')
  await payAt(started.checkoutUrl, DECLINED)
  await world.deliver()
  const counted = await declined(email)
  expect(counted).toHaveLength(DECLINES_PER_PAGE_MAX)
  for (const row of counted)
    expect(row).toMatchObject({ sessionId, campaignId: campaign.id, senderKey: hashTrace('sender', FROM_HERE.sender) })
  expect(await statusOf(sessionId)).toBe('expired')
  await world.deliver()
  expect(await pledgeOf(started.pledgeId)).toMatchObject({ status: 'cancelled', endReason: 'never_paid' })
}, 120_000)

test('a renewal whose card is declined is no try of a card, also while the donor begins another pledge', async () => {
  const { subscriptionId, email, campaign, pledgeId } = await beginPledge(world)
  await turnCard(world, subscriptionId, FAILING_CARD)
  await startPledge(GUEST, giving(campaign.slug, { email }))
  await world.advanceDays(32)
  const other = await startPledge(GUEST, giving(campaign.slug, { email }))
  await world.deliver()
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'past_due' })
  expect(await giftsOf(pledgeId)).toHaveLength(1)
  expect(await declined(email)).toHaveLength(0)
  await payAt(other.checkoutUrl, DECLINED)
  await world.deliver()
  expect(await declined(email)).toHaveLength(1)
}, 120_000)

test('cards declined on a page for another card are counted and close it', async () => {
  const { token, email } = await beginPledge(world)
  const page = await startCardChange(GUEST, { token, submissionKey: newToken() }, FROM_HERE)
  for (let n = 0; n < DECLINES_PER_PAGE_MAX; n += 1) await payAt(page.checkoutUrl, DECLINED)
  await world.deliver()
  const counted = await declined(email)
  expect(counted).toHaveLength(DECLINES_PER_PAGE_MAX)
  expect(counted[0]).toMatchObject({ senderKey: hashTrace('sender', FROM_HERE.sender) })
  expect(await statusOf(sessionIdOf(page.checkoutUrl))).toBe('expired')
}, 120_000)
