import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { correctReceipts } from '#lib/donations/issue-due-receipts.ts'
import { listOfflineGifts } from '#lib/donations/list-offline-gifts.ts'
import { mailReceipt } from '#lib/donations/mail-receipt.ts'
import { receiptByToken } from '#lib/donations/read-receipt.ts'
import { readSummary } from '#lib/donations/read-summary.ts'
import { recordHandRefund } from '#lib/donations/record-hand-refund.ts'
import { returnHandRefund } from '#lib/donations/return-hand-refund.ts'
import { reverseOfflineGift } from '#lib/donations/reverse-offline-gift.ts'
import { newId } from '#lib/ids.ts'
import { traceGift } from '#lib/ledger/trace-gift.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { matchLines } from '#lib/reconciliation/match-lines.ts'
import { unlinkLines } from '#lib/reconciliation/unlink-lines.ts'
import { campaignFigures } from '#lib/reports/queries.ts'
import { makeWorld } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'
import { type Bank, giveOffline, importLines, ledgerBank, makeBank, refusal, sides } from './fixture.ts'

const database = useDatabase()

function giveBack(bank: Bank, donationId: string, fields: Record<string, unknown> = {}) {
  return recordHandRefund(bank.treasurer, {
    ...{ donationId, submissionKey: newId().replaceAll('-', ''), amount: '10.00', paidOn: '2026-11-10' },
    ...{ reason: 'They asked for it', reference: 'FT-BACK', ...fields },
  })
}

/** The gift's cheque is on the bank's statement and matched to it. */
async function deposit(bank: Bank, donationId: string, minor: bigint, openingMinor = 0n): Promise<void> {
  await importLines(bank, [{ on: '2026-11-04', minor }], openingMinor)
  const { lines } = await sides(bank)
  const line = lines.find(({ amountMinor }) => amountMinor === minor)
  await matchLines(bank.treasurer, {
    ...{ bankAccountId: bank.accountId, lineIds: [line?.id], keys: [`gift:${donationId}`] },
  })
}

async function held(bank: Bank, role: string): Promise<bigint> {
  const [row] = await db().$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(balance_minor), 0)::bigint AS minor FROM ledger.balances WHERE role::text = ${role} AND fund_id = ${bank.campaign.fundId}`
  return row?.minor ?? 0n
}

test('part of an offline gift in the bank goes back from that bank, its own cents first, and the receipt says so', async () => {
  const bank = await makeBank({ use: 'other' })
  const other = await giveOffline(bank, { amount: '50.00' })
  const id = await giveOffline(bank, { amount: '40.00', email: `back-${newId().slice(-6)}@example.org`, name: 'Wool' })
  await deposit(bank, id, 4_000n)
  await mailReceipt({ donationId: id })
  await giveBack(bank, id, { amount: '15.00' })
  expect(await ledgerBank(bank)).toBe(2_500n)
  expect([await held(bank, 'refunds'), await held(bank, 'undeposited')]).toEqual([1_500n, 5_000n])
  const gift = await db().donation.findUniqueOrThrow({ where: { id }, include: { refunds: true, donor: true } })
  expect(gift.refunds).toMatchObject([
    { ...{ origin: 'hand', status: 'succeeded', amountMinor: 1_500n, ownMinor: 1_500n, reserveMinor: 0n } },
  ])
  const { parts } = await traceGift(db(), gift.entryId ?? 0n)
  expect(parts.map(({ state, kind, amountMinor }) => [state, kind, amountMinor])).toEqual([
    ['spent', 'refund', 1_500n],
    ['left', null, 2_500n],
  ])
  await mailReceipt({ donationId: id })
  expect(await receiptByToken(gift.receiptToken)).toMatchObject({
    returnedMinor: 1_500n,
    returns: [{ kind: 'refund', amountMinor: 1_500n }],
    issued: { revision: 2 },
  })
  const mails = await db().outboundMail.findMany({ where: { recipient: gift.donor.email ?? '' } })
  expect(mails).toHaveLength(2)
  expect(mails.some(({ text }) => text.includes('15.00'))).toBe(true)
  const summary = await readSummary(gift.donorId, { chapterSlug: bank.chapter.slug, year: 2026 })
  expect(summary?.gifts).toMatchObject([{ keptMinor: 2_500n }])
  expect(await campaignFigures(bank.campaign.id)).toMatchObject({ leftMinor: 7_500n, refundedMinor: 1_500n })
  expect((await db().donation.findUniqueOrThrow({ where: { id: other } })).reversalEntryId).toBeNull()
  expect(await verifyLedger(db())).toEqual([])
})

test('what is given back out of the cash box is not deposited any more', async () => {
  const bank = await makeBank({ use: 'other' })
  const id = await giveOffline(bank, { amount: '40.00', method: 'cash' })
  await giveBack(bank, id, { amount: '15.00' })
  expect([await held(bank, 'undeposited'), await ledgerBank(bank)]).toEqual([2_500n, 0n])
  expect((await sides(bank)).facts).toMatchObject([{ key: `gift:${id}`, amountMinor: 2_500n }])
  await deposit(bank, id, 2_500n)
  expect([await held(bank, 'undeposited'), await ledgerBank(bank)]).toEqual([0n, 2_500n])
  const whole = await giveOffline(bank, { amount: '5.00', method: 'cash' })
  await giveBack(bank, whole, { amount: '5.00' })
  expect((await sides(bank)).facts).toEqual([])
  const rows = await listOfflineGifts(bank.treasurer)
  expect(rows.find((row) => row.id === whole)).toMatchObject({ state: 'returned', refundedMinor: 500n })
  expect(await verifyLedger(db())).toEqual([])
})

test('refunds of an offline gift are capped together at the gift, also when two are written at once', async () => {
  const bank = await makeBank({ use: 'other' })
  const id = await giveOffline(bank, { amount: '25.00' })
  const wishes = await Promise.allSettled([1, 2, 3].map(() => giveBack(bank, id, { amount: '12.00' })))
  expect(wishes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  expect((await refusal(giveBack(bank, id, { amount: '1.01' }))).fields['amount']).toEqual([
    'Of this gift $1.00 can still be given back.',
  ])
  await giveBack(bank, id, { amount: '1.00' })
  expect((await refusal(giveBack(bank, id, { amount: '0.01' }))).fields).toHaveProperty('amount')
  const posting = db()
    .$queryRaw`SELECT ledger.post_hand_refund('k', 'hand_refund', 'x', now(), 'system:test', NULL, ${bank.campaign.fundId}::bigint,
    (SELECT entry_id FROM donation WHERE id = ${id}::uuid), 1, NULL, NULL)`
  await expect(posting).rejects.toThrow(/can still be given back/)
  expect(await verifyLedger(db())).toEqual([])
})

test.each([
  [{ amount: '0' }, 'amount'],
  [{ amount: '' }, 'amount'],
  [{ amount: '26.00' }, 'amount'],
  [{ paidOn: '2999-01-01' }, 'paidOn'],
  [{ paidOn: '2026-11-01' }, 'paidOn'],
  [{ paidOn: '' }, 'paidOn'],
  [{ reason: ' ' }, 'reason'],
  [{ reference: 'x'.repeat(141) }, 'reference'],
])('a refund by hand with %o is refused at its field', async (fields, field) => {
  const bank = await makeBank({ use: 'other' })
  const id = await giveOffline(bank)
  expect((await refusal(giveBack(bank, id, fields))).fields).toHaveProperty([field])
})

test('the same form twice is one refund, and only treasurers of the chapter write one', async () => {
  const bank = await makeBank({ use: 'other' })
  const id = await giveOffline(bank)
  const submissionKey = newId().replaceAll('-', '')
  const made = await Promise.all([1, 2].map(() => giveBack(bank, id, { submissionKey })))
  expect(new Set(made.map(({ refundId }) => refundId)).size).toBe(1)
  const stranger = (await makeWorld({ bankMinor: 0n })).approver
  expect((await refusal(giveBack({ ...bank, treasurer: stranger }, id))).code).toBe('not_found')
  expect((await refusal(giveBack({ ...bank, treasurer: bank.auditor }, id))).code).toBe('forbidden')
})

test('a refund by hand is found on the bank’s statement, matched, and taken back only when it is not', async () => {
  const bank = await makeBank({ use: 'other' })
  const id = await giveOffline(bank, { amount: '40.00' })
  await deposit(bank, id, 4_000n)
  const { refundId } = await giveBack(bank, id, { amount: '15.00', reference: 'FT-4711' })
  await importLines(bank, [{ on: '2026-11-11', minor: -1_500n, text: 'Transfer FT-4711' }], 4_000n)
  const [line] = (await sides(bank)).lines
  expect(line?.suggestions[0]).toMatchObject({ kind: 'gift_refund', score: 100 })
  const keys = line?.suggestions[0]?.keys
  await matchLines(bank.treasurer, { bankAccountId: bank.accountId, lineIds: [line?.id], keys })
  const match = await db().bankMatch.findFirstOrThrow({ where: { kind: 'gift_refund', bankAccountId: bank.accountId } })
  const mistake = { refundId, reason: 'The transfer came back' }
  expect((await refusal(returnHandRefund(bank.treasurer, mistake))).code).toBe('wrong_state')
  await unlinkLines(bank.treasurer, { bankAccountId: bank.accountId, matchId: match.id, reason: 'Wrong line' })
  await Promise.all([returnHandRefund(bank.treasurer, mistake), returnHandRefund(bank.treasurer, mistake)])
  expect(await ledgerBank(bank)).toBe(4_000n)
  expect(await db().refund.findUniqueOrThrow({ where: { id: refundId } })).toMatchObject({
    ...{ status: 'failed', ownMinor: 0n, failureReason: 'The transfer came back' },
  })
  await giveBack(bank, id, { amount: '40.00' })
  expect((await refusal(reverseOfflineGift(bank.treasurer, { donationId: id, reason: 'x' }))).code).toBe('wrong_state')
  expect(await verifyLedger(db())).toEqual([])
})

test('the receipt of a refund that came back says again what was given', async () => {
  const bank = await makeBank({ use: 'other' })
  const id = await giveOffline(bank, { email: `again-${newId().slice(-6)}@example.org` })
  const { refundId } = await giveBack(bank, id)
  await mailReceipt({ donationId: id })
  await returnHandRefund(bank.treasurer, { refundId, reason: 'Came back' })
  await correctReceipts()
  await mailReceipt({ donationId: id })
  const { receiptToken } = await db().donation.findUniqueOrThrow({ where: { id } })
  expect(await receiptByToken(receiptToken)).toMatchObject({ returnedMinor: 0n, returns: [] })
})

test('money that is spent or promised is not given back by hand; the general fund bears it where it has it', async () => {
  const bank = await makeBank({ use: 'main', bankMinor: 0n })
  const id = await giveOffline(bank, { amount: '40.00' })
  await deposit(bank, id, 4_000n)
  await db()
    .$queryRaw`SELECT ledger.post_bank_charge('spent', 'test', 'x', now(), 'system:test', NULL, ${bank.campaign.fundId}::bigint, 'main', 3500)`
  expect((await refusal(giveBack(bank, id, { amount: '15.00' }))).code).toBe('insufficient_funds')
  await db()
    .$queryRaw`SELECT ledger.post_bank_charge('reserve', 'test', 'x', now(), 'system:test', NULL, ${bank.generalFundId}::bigint, 'main', -2000)`
  const { refundId } = await giveBack(bank, id, { amount: '15.00' })
  expect(await db().refund.findUniqueOrThrow({ where: { id: refundId } })).toMatchObject({
    ...{ ownMinor: 500n, otherMinor: 0n, reserveMinor: 1_000n, receivableMinor: 0n },
  })
  expect(await verifyLedger(db())).toEqual([])
})

test('no program writes down a refund by hand that the ledger did not post', async () => {
  const bank = await makeBank({ use: 'other' })
  const id = await giveOffline(bank)
  const { refundId } = await giveBack(bank, id)
  const app = await database.asApp()
  const insert = (amount: number) =>
    app.query(
      `INSERT INTO refund (donation_id, origin, status, amount_minor, currency, reason, requested_by_id, entry_ids, paid_on)
       SELECT donation_id, 'hand', 'succeeded', $2, currency, reason, requested_by_id, entry_ids, paid_on FROM refund WHERE id = $1`,
      [refundId, amount],
    )
  await expect(insert(999)).rejects.toThrow(/what the ledger posted/)
  const failed = app.query(`UPDATE refund SET status = 'failed' WHERE id = $1`, [refundId])
  await expect(failed).rejects.toThrow(/what the ledger posted/)
  await expect(app.query(`UPDATE refund SET paid_on = '2026-11-12' WHERE id = $1`, [refundId])).rejects.toThrow(/keeps/)
})
