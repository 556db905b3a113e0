import { expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { compareBooks } from '#lib/reconciliation/check-books.ts'
import { stripe } from '#lib/stripe/client.ts'
import { decideLine } from '#lib/webhooks/decide-line.ts'
import { listDecisions } from '#lib/webhooks/queries.ts'
import { setEventAside } from '#lib/webhooks/set-event-aside.ts'
import { sweepStripe } from '#lib/webhooks/sweep-stripe.ts'
import { expectSound, held, paidGift, person, refusal } from '#tests/lib/donations/aftermath.ts'
import { makeCampaign, settleAll, useWorld } from '#tests/lib/donations/world.ts'

const world = useWorld({ debitNegativeBalances: true, payoutPendingSeconds: 3_600, payoutArrivalSeconds: 3_600 })
const HOUR = 3_600
const reason = 'Sold at the market, rung up on this account.'

/** Time passes at Stripe; what it brings is told and applied. */
async function pass(hours: number): Promise<void> {
  world.sandbox.advance(hours * HOUR)
  await settleAll(world)
  await settleAll(world)
}

async function sweepLater(minutes: number): Promise<void> {
  const restore = replaceClock(() => new Date(Date.now() + minutes * 60_000))
  await sweepStripe()
  restore()
}

/** A payout with one gift and one payment in it that is none of ours; the sweep has found why it waits. */
async function blockedPayout() {
  const gift = await paidGift(world, { amount: '90.00', tip: '15' })
  await stripe().paymentIntents.create({
    ...{ amount: 5_000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true },
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  })
  await world.control('POST', 'account_lines', { amount: 10_000, currency: 'usd', category: 'topup' })
  await world.control('POST', 'account_lines', { amount: -300, currency: 'usd', category: 'other_adjustment' })
  await pass(50)
  const [payout] = (await world.control('POST', 'payouts/run')) as { id: string }[]
  await pass(3)
  await sweepLater(0)
  const waiting = await db().unappliedTransaction.findMany()
  const ids = waiting.filter(({ sourceId }) => sourceId !== payout!.id).map(({ id }) => id)
  const entryOf = async () =>
    (await db().stripePayout.findUnique({ where: { id: payout!.id } }))?.arrivalEntryId ?? null
  return { gift, payoutId: payout!.id, entryOf, ids }
}

let treasurer: UserActor

test('a payment that is none of ours, a top-up and a correction stop a payout until a person decided, and end 0.00 apart', async () => {
  const { gift, payoutId, entryOf, ids } = await blockedPayout()
  treasurer = await person(gift.chapter.id, 'treasurer')
  expect(ids).toHaveLength(3)
  expect(await entryOf()).toBeNull()
  expect((await compareBooks()).isZero).toBe(false)
  expect(await listDecisions(treasurer)).toEqual(new Set([...ids, ...(await eventsOf(payoutId))]))

  for (const transactionId of ids) await decideLine(treasurer, { transactionId, reason })
  await settleAll(world)
  await sweepLater(2)
  await settleAll(world)
  expect(await entryOf()).not.toBeNull()
  expect(await compareBooks()).toMatchObject({
    isZero: true,
    sentence: expect.stringContaining('0.00 apart'),
    items: [],
  })
  const said = await db().auditEvent.findMany({ where: { action: 'balance_transaction.decide' } })
  expect(said.map(({ subjectId }) => subjectId).sort()).toEqual([...ids].sort())
  expect(said[0]).toMatchObject({ reason, actorId: treasurer.userId, chapterId: gift.chapter.id })
  await expectSound()
}, 180_000)

async function eventsOf(objectId: string): Promise<string[]> {
  const rows = await db().stripeEvent.findMany({ where: { objectId, status: 'quarantined' } })
  return rows.map(({ id }) => id)
}

test('a decision sent twice at once is posted once, and once more changes nothing', async () => {
  await world.control('POST', 'account_lines', { amount: 700, currency: 'usd', category: 'topup' })
  await sweepLater(0)
  const [line] = await db().unappliedTransaction.findMany()
  const chapter = await db().chapter.findFirstOrThrow({ where: { generalFundId: { not: null } } })
  const before = (await held(chapter.generalFundId!))['stripe_available'] ?? 0n
  const send = () => decideLine(treasurer, { transactionId: line!.id, reason })
  await Promise.all([send(), send()])
  await send()
  expect((await held(chapter.generalFundId!))['stripe_available']).toBe(before + 700n)
  expect(await db().auditEvent.count({ where: { subjectId: line!.id } })).toBe(1)
  await expectSound()
})

test('only administrators and treasurers of the chapter that bears the fees decide, and they say why', async () => {
  await world.control('POST', 'account_lines', { amount: 900, currency: 'usd', category: 'topup' })
  await sweepLater(0)
  const [line] = await db().unappliedTransaction.findMany()
  const transactionId = line!.id
  const own = await db().chapter.findFirstOrThrow({ where: { generalFundId: { not: null } } })
  const other = await makeCampaign()
  for (const actor of [await person(other.chapter.id, 'treasurer'), await person(own.id, 'organizer', 'auditor')]) {
    expect(await refusal(decideLine(actor, { transactionId, reason }))).toMatchObject({ code: 'not_found' })
    expect(await listDecisions(actor)).toEqual(new Set())
  }
  expect(await refusal(decideLine({ kind: 'guest' }, { transactionId, reason }))).toMatchObject({
    code: 'not_signed_in',
  })
  expect(await refusal(decideLine(treasurer, { transactionId, reason: ' ' }))).toMatchObject({ code: 'invalid_input' })
  const admin = { ...(await person(other.chapter.id)), isAdmin: true }
  await decideLine(admin, { transactionId, reason })
  expect(await db().unappliedTransaction.count()).toBe(0)
})

test('a line that a rule covers is booked by the rule, whoever presses the button', async () => {
  await world.control('PUT', 'delivery', { mode: 'drop' })
  const gift = await paidGift(world, { amount: '30.00' })
  await world.control('PUT', 'delivery', { mode: 'normal' })
  const [line] = (await world.transactions()).filter(({ amount }) => BigInt(amount) === 3_000n)
  await decideLine(treasurer, { transactionId: line!.id, reason })
  expect(await db().donation.findUnique({ where: { id: gift.donationId } })).toMatchObject({ status: 'settled' })
  expect(await db().auditEvent.count({ where: { action: 'balance_transaction.decide', subjectId: line!.id } })).toBe(0)
})

test('an event that was put aside and can never be applied is set aside for good, with a reason, once', async () => {
  const type = 'charge.succeeded'
  const facts = {
    type,
    objectId: 'ch_gone',
    payload: {},
    status: 'quarantined',
    lastError: 'Stripe does not know',
  } as const
  await db().stripeEvent.create({ data: { id: 'evt_gone', ...facts } })
  expect((await compareBooks()).sentence).toContain('1 event is put aside.')
  const input = { eventId: 'evt_gone', reason: 'Of the account before this one.' }
  const other = await person((await makeCampaign()).chapter.id, 'treasurer')
  expect(await refusal(setEventAside(other, input))).toMatchObject({ code: 'not_found' })
  await setEventAside(treasurer, input)
  expect(await refusal(setEventAside(treasurer, input))).toMatchObject({ code: 'wrong_state' })
  expect((await compareBooks()).isZero).toBe(true)
  expect(await db().stripeEvent.findUnique({ where: { id: 'evt_gone' } })).toMatchObject({ status: 'ignored' })
  expect(await db().auditEvent.findMany({ where: { subjectId: 'evt_gone' } })).toMatchObject([
    { action: 'stripe_event.set_aside', reason: input.reason },
  ])
})
