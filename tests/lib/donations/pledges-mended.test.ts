import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { findPledge, findRecovery } from '#lib/donations/find-pledge.ts'
import { startCardChange } from '#lib/donations/replace-card.ts'
import { restorePledge } from '#lib/donations/restore-pledge.ts'
import { settlePledgeSession } from '#lib/donations/settle-pledge.ts'
import { newToken } from '#lib/ids.ts'
import {
  beginPledge,
  FAILING_CARD,
  GOOD_CARD,
  giftsOf,
  newsTo,
  pledgeOf,
  turnCard,
  usePledgeWorld,
} from './pledge-world.ts'
import { GUEST, payAt, sessionIdOf } from './world.ts'

const world = usePledgeWorld()
const kindsOf = async (pledgeId: string) => (await pledgeOf(pledgeId)).steps.map(({ kind }) => kind)

async function beginAndFail() {
  const begun = await beginPledge(world)
  await turnCard(world, begun.subscriptionId, FAILING_CARD)
  await world.live(32)
  return begun
}

test('a failed renewal is told once for each failure, with a link that needs no account', async () => {
  const { pledgeId, token, email } = await beginAndFail()
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'past_due' })
  expect(await giftsOf(pledgeId)).toHaveLength(1)
  const view = await findPledge(GUEST, token)
  expect(view?.next?.amountMinor).toBe(2500n)
  await world.deliver()
  await world.live(3)
  const told = (await newsTo(email)).filter((subject) => subject.includes('did not go through'))
  expect(told).toHaveLength((await kindsOf(pledgeId)).filter((kind) => kind === 'payment_failed').length)
  expect(told.length).toBeGreaterThanOrEqual(2)
  const mail = await db().outboundMail.findFirstOrThrow({
    where: { recipient: email, subject: { contains: 'did not go through' } },
  })
  expect(mail.text).toContain(`/pledges/${token}/recover`)
  expect(await findRecovery(token)).toMatch(/^http/)
}, 120_000)

test('a failed renewal that is paid on Stripe’s page is one gift, and the new card pays the next', async () => {
  const { pledgeId, token, email } = await beginAndFail()
  await payAt((await findRecovery(token)) ?? '', GOOD_CARD)
  await world.deliver()
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'active' })
  expect(await giftsOf(pledgeId)).toHaveLength(2)
  expect(await kindsOf(pledgeId)).toContain('recovered')
  expect(await newsTo(email)).toContainEqual(expect.stringContaining('went through'))
  expect(await findRecovery(token)).toBeNull()
  await world.live(32)
  expect(await giftsOf(pledgeId)).toHaveLength(3)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'active' })
}, 120_000)

test('a failed renewal that Stripe’s retry collects is one gift', async () => {
  const { pledgeId, subscriptionId } = await beginAndFail()
  await turnCard(world, subscriptionId, null)
  await world.live(8)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'active' })
  const gifts = await giftsOf(pledgeId)
  expect(gifts.map(({ status }) => status)).toEqual(['settled', 'settled'])
}, 120_000)

test('another card is taken on Stripe’s page, pays what failed at once, and once for two clicks', async () => {
  const { pledgeId, token } = await beginAndFail()
  const form = { token, submissionKey: newToken() }
  const [one, two] = await Promise.all([startCardChange(GUEST, form), startCardChange(GUEST, form)])
  expect(one.checkoutUrl).toBe(two.checkoutUrl)
  await payAt(one.checkoutUrl, GOOD_CARD)
  const sessionId = sessionIdOf(one.checkoutUrl)
  await Promise.all([settlePledgeSession(GUEST, { sessionId }), world.deliver()])
  expect(await settlePledgeSession(GUEST, { sessionId })).toMatchObject({ state: 'card', isChanged: true })
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'active' })
  expect(await giftsOf(pledgeId)).toHaveLength(2)
  expect((await kindsOf(pledgeId)).filter((kind) => kind === 'card_changed')).toHaveLength(1)
  expect((await findPledge(GUEST, token))?.card?.last4).toBe('4242')
}, 120_000)

test('when every retry fails the pledge stops, and one click lets it go on with its history', async () => {
  const { pledgeId, token, email, subscriptionId } = await beginAndFail()
  await world.live(12)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'lapsed', endReason: 'payment_failed', nextChargeAt: null })
  expect(await newsTo(email)).toContainEqual(expect.stringContaining('has stopped'))
  await world.live(30)
  expect(await giftsOf(pledgeId)).toHaveLength(1)

  const [again, twice] = await Promise.all([restorePledge(GUEST, { token }), restorePledge(GUEST, { token })])
  expect(twice.checkoutUrl).toBe(again.checkoutUrl)
  await payAt(again.checkoutUrl, GOOD_CARD)
  await world.deliver()
  const restored = await pledgeOf(pledgeId)
  expect(restored).toMatchObject({ status: 'active', endReason: null, endedAt: null })
  expect(restored.subscriptionId).not.toBe(subscriptionId)
  expect(restored.steps.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['started', 'lapsed', 'restored']))
  expect(await giftsOf(pledgeId)).toHaveLength(2)
  await expect(restorePledge(GUEST, { token })).rejects.toMatchObject({ code: 'wrong_state' })
  await world.live(32)
  expect(await giftsOf(pledgeId)).toHaveLength(3)
  const live = await world.stripe<{ data: { id: string; metadata: Record<string, string> }[] }>(
    'subscriptions?limit=100',
  )
  expect(live.data.filter(({ metadata }) => metadata['pledge_id'] === pledgeId)).toHaveLength(1)
}, 180_000)

test('a failed payment that the donor pays after the pledge stopped is still a gift, and the pledge stays stopped', async () => {
  const { pledgeId, token } = await beginAndFail()
  const page = (await findRecovery(token)) ?? ''
  await world.live(12)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'lapsed' })
  await payAt(page, GOOD_CARD)
  await world.deliver()
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'lapsed' })
  expect(await giftsOf(pledgeId)).toHaveLength(2)
}, 120_000)
