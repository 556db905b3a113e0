import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { reverseOfflineGift } from '#lib/donations/reverse-offline-gift.ts'
import { acceptMatches } from '#lib/reconciliation/accept-matches.ts'
import { addAccount } from '#lib/reconciliation/add-account.ts'
import { explainLine } from '#lib/reconciliation/explain-line.ts'
import { matchLines } from '#lib/reconciliation/match-lines.ts'
import { settleOpening } from '#lib/reconciliation/settle-opening.ts'
import { unlinkLines } from '#lib/reconciliation/unlink-lines.ts'
import { fillFund, makeWorld, request, row, wireReference } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'
import { type Bank, giveOffline, importLines, ledgerBank, makeBank, refusal, sides } from './fixture.ts'

const database = useDatabase()
const TODAY = new Date().toISOString().slice(0, 10)

async function verified() {
  const rows = await db().$queryRaw`SELECT * FROM ledger.verify()`
  expect(rows).toEqual([])
}

/** `main` is one for the whole installation, so each test begins with its accounts gone out of its way. */
async function freeMain() {
  const owner = await database.asOwner()
  await owner.query(`UPDATE bank_account SET external_id = 'was-' || right(id::text, 12) WHERE external_id = 'main'`)
}

async function bankWithMain(bankMinor = 0n): Promise<Bank> {
  await freeMain()
  return makeBank({ bankMinor })
}

async function sendWire(bank: Bank, fee = ''): Promise<{ id: string; reference: string }> {
  const id = await request(bank, '100.00')
  await approveDisbursement(bank.approver, { disbursementId: id, version: (await row(id)).version })
  const reference = wireReference()
  await releaseDisbursement(bank.releaser, {
    disbursementId: id,
    version: (await row(id)).version,
    wireReference: reference,
    transferFee: fee,
  })
  return { id, reference }
}

test('a wire is proposed by its reference and matched with one click', async () => {
  const bank = await bankWithMain(50_000n)
  const wire = await sendWire(bank)
  await importLines(bank, [{ on: TODAY, minor: -10_000n, text: `Transfer ${wire.reference}` }], 50_000n)
  const [line] = (await sides(bank)).lines
  expect(line?.suggestions[0]).toMatchObject({
    kind: 'wire',
    reason: expect.stringContaining(`names ${wire.reference}`),
  })
  const { keys } = line!.suggestions[0]!
  await matchLines(bank.treasurer, { bankAccountId: bank.accountId, lineIds: [line!.id], keys })
  const after = await sides(bank)
  expect(after.lines).toEqual([])
  expect(after.movements.some(({ key }) => keys.includes(key))).toBe(false)
})

test('a wire with its fee in one line, and with the fee as a line of its own', async () => {
  const bank = await bankWithMain(50_000n)
  const one = await sendWire(bank, '15.00')
  const two = await sendWire(bank, '15.00')
  await importLines(
    bank,
    [
      { on: TODAY, minor: -11_500n, text: `Wire ${one.reference}` },
      { on: TODAY, minor: -10_000n, text: `Wire ${two.reference}` },
      { on: TODAY, minor: -1_500n, text: `Charge for ${two.reference}` },
    ],
    50_000n,
  )
  const before = await sides(bank)
  expect(before.lines[0]?.suggestions[0]?.keys).toHaveLength(2)
  expect(await acceptMatches(bank.treasurer, { bankAccountId: bank.accountId })).toBe(3)
  expect((await sides(bank)).lines).toEqual([])
})

test('a wire that came back is taken back in the books and matched', async () => {
  const bank = await bankWithMain(50_000n)
  const wire = await sendWire(bank)
  await importLines(bank, [{ on: TODAY, minor: 10_000n, text: `RETURN ${wire.reference}` }], 50_000n)
  const [line] = (await sides(bank)).lines
  expect(line?.suggestions[0]?.kind).toBe('wire_return')
  await matchLines(bank.treasurer, {
    bankAccountId: bank.accountId,
    lineIds: [line!.id],
    keys: line!.suggestions[0]!.keys,
  })
  expect((await row(wire.id)).status).toBe('returned')
  expect((await sides(bank)).lines).toEqual([])
  await verified()
})

test('a deposit of five cheques is five gifts in one line', async () => {
  const bank = await bankWithMain()
  for (const amount of ['10.00', '20.00', '30.00', '40.00', '50.00']) await giveOffline(bank, { amount })
  await giveOffline(bank, { amount: '7.00', method: 'cash' })
  await importLines(bank, [{ on: '2026-11-04', minor: 15_000n, text: 'Deposit' }], 0n)
  const [line] = (await sides(bank)).lines
  expect(line?.suggestions[0]).toMatchObject({ kind: 'offline_gift', label: '5 offline gifts together' })
  const before = await ledgerBank(bank)
  await matchLines(bank.treasurer, {
    bankAccountId: bank.accountId,
    lineIds: [line!.id],
    keys: line!.suggestions[0]!.keys,
  })
  expect((await ledgerBank(bank)) - before).toBe(15_000n)
  const gifts = await db().donation.findMany({ where: { campaignId: bank.campaign.id, depositEntryId: { not: null } } })
  expect(gifts).toHaveLength(5)
  await verified()
})

test('one gift in two lines of the bank is one match', async () => {
  const bank = await bankWithMain()
  const gift = await giveOffline(bank, { amount: '30.00' })
  await importLines(
    bank,
    [
      { on: '2026-11-04', minor: 1_000n },
      { on: '2026-11-04', minor: 2_000n },
    ],
    0n,
  )
  const lineIds = (await sides(bank)).lines.map(({ id }) => id)
  await matchLines(bank.treasurer, { bankAccountId: bank.accountId, lineIds, keys: [`gift:${gift}`] })
  expect((await sides(bank)).lines).toEqual([])
})

test('what does not add up is refused with both sums, by the database as well', async () => {
  const bank = await bankWithMain()
  const gift = await giveOffline(bank, { amount: '30.00' })
  await importLines(bank, [{ on: '2026-11-04', minor: 2_900n }], 0n)
  const [line] = (await sides(bank)).lines
  const refused = await refusal(
    matchLines(bank.treasurer, { bankAccountId: bank.accountId, lineIds: [line!.id], keys: [`gift:${gift}`] }),
  )
  expect(refused.fields['keys']?.[0]).toMatch(/29\.00.*30\.00/)
  expect((await sides(bank)).facts.some(({ id }) => id === gift)).toBe(true)
  const app = await database.asApp()
  await app.query('BEGIN')
  const made = await app.query(
    `INSERT INTO bank_match (bank_account_id, kind, made_by_id) VALUES ($1, 'wire', 'x') RETURNING id`,
    [bank.accountId],
  )
  await app.query('UPDATE bank_line SET match_id = $1 WHERE id = $2', [made.rows[0].id, line!.id])
  await expect(app.query('COMMIT')).rejects.toThrow(/add up to the same/)
})

test('undoing a match reverses what it posted, and the gift can be matched again', async () => {
  const bank = await bankWithMain()
  const gift = await giveOffline(bank, { amount: '30.00' })
  await importLines(
    bank,
    [
      { on: '2026-11-04', minor: 3_000n },
      { on: '2026-11-05', minor: 3_000n },
    ],
    0n,
  )
  const { lines, movements } = await sides(bank)
  const [first, second] = lines
  const before = await ledgerBank(bank)
  const matchId = await matchLines(bank.treasurer, {
    bankAccountId: bank.accountId,
    lineIds: [first!.id],
    keys: [`gift:${gift}`],
  })
  expect((await refusal(reverseOfflineGift(bank.treasurer, { donationId: gift, reason: 'Twice' }))).code).toBe(
    'wrong_state',
  )
  await unlinkLines(bank.treasurer, { matchId, reason: 'The wrong line' })
  await unlinkLines(bank.treasurer, { matchId, reason: 'Again' })
  expect(await ledgerBank(bank)).toBe(before)
  const open = await sides(bank)
  expect(open.lines).toHaveLength(2)
  expect(open.movements).toEqual(movements)
  await matchLines(bank.treasurer, { bankAccountId: bank.accountId, lineIds: [second!.id], keys: [`gift:${gift}`] })
  expect((await ledgerBank(bank)) - before).toBe(3_000n)
  await verified()
})

test('the bank’s own charge and its interest are posted to a fund, and undone by reversal', async () => {
  const bank = await bankWithMain()
  await fillFund(bank.generalFundId, 10_000n)
  await importLines(
    bank,
    [
      { on: '2026-11-04', minor: -450n, text: 'Account fee' },
      { on: '2026-11-05', minor: 12n, text: 'Interest' },
    ],
    10_000n,
  )
  const [fee, interest] = (await sides(bank)).lines
  expect(fee?.suggestions[0]).toMatchObject({ kind: 'bank_charge', keys: [] })
  const explain = (lineId: string) =>
    explainLine(bank.treasurer, { bankAccountId: bank.accountId, lineId, how: 'charge' })
  const matchId = await explain(fee!.id)
  await explain(interest!.id)
  const role = async () =>
    (
      await db().$queryRaw<
        { minor: bigint }[]
      >`SELECT balance_minor AS minor FROM ledger.balances WHERE fund_id = ${bank.generalFundId} AND role = 'transfer_fees'`
    )[0]?.minor
  expect(await role()).toBe(438n)
  expect((await sides(bank)).lines).toEqual([])
  await verified()
  await unlinkLines(bank.treasurer, { matchId, reason: 'Another fund bears it' })
  expect(await role()).toBe(-12n)
  expect((await sides(bank)).lines).toHaveLength(1)
  await verified()
})

test('a fund that has not the money does not bear a charge', async () => {
  const bank = await bankWithMain()
  await importLines(bank, [{ on: '2026-11-04', minor: -450n, text: 'Account fee' }], 1_000n)
  const [fee] = (await sides(bank)).lines
  const refused = await refusal(
    explainLine(bank.treasurer, { bankAccountId: bank.accountId, lineId: fee!.id, how: 'charge' }),
  )
  expect(refused.code).toBe('insufficient_funds')
})

test('money between two accounts of ours leaves one and arrives in the other', async () => {
  const bank = await bankWithMain()
  await fillFund(bank.generalFundId, 10_000n)
  const number = 'GB33BUKB20201555550001'
  const otherId = await addAccount(bank.treasurer, {
    chapterId: bank.chapter.id,
    name: 'Savings',
    currency: 'USD',
    number,
    use: 'other',
  })
  await importLines(bank, [{ on: '2026-11-04', minor: -4_000n, text: 'To savings' }], 10_000n)
  const savings = { ...bank, accountId: otherId, number }
  await importLines(savings, [{ on: '2026-11-05', minor: 4_000n, text: 'From current' }], 0n)
  const [line] = (await sides(bank)).lines
  await explainLine(bank.treasurer, {
    bankAccountId: bank.accountId,
    lineId: line!.id,
    how: 'transfer',
    fundId: String(bank.generalFundId),
    otherAccountId: otherId,
  })
  const arriving = (await sides(savings)).lines[0]
  expect(arriving?.suggestions[0]?.kind).toBe('own_transfer')
  await matchLines(bank.treasurer, {
    bankAccountId: otherId,
    lineIds: [arriving!.id],
    keys: arriving!.suggestions[0]!.keys,
  })
  expect((await sides(savings)).lines).toEqual([])
  expect(await ledgerBank(savings)).toBe(4_000n)
  await verified()
})

test('a line that nothing of ours is needs a reason', async () => {
  const bank = await bankWithMain()
  await importLines(bank, [{ on: '2026-11-04', minor: 99n }], 0n)
  const [line] = (await sides(bank)).lines
  const input = { bankAccountId: bank.accountId, lineId: line!.id, how: 'other' }
  expect((await refusal(explainLine(bank.treasurer, input))).fields).toHaveProperty('reason')
  // A gift has a donor and a receipt: it is entered as one, and then matched.
  expect((await refusal(explainLine(bank.treasurer, { ...input, how: 'gift' }))).fields).toHaveProperty('how')
  await explainLine(bank.treasurer, { ...input, reason: 'The bank’s mistake; it takes it back tomorrow.' })
  expect((await sides(bank)).lines).toEqual([])
})

test('what our books did before the first statement is within its opening balance', async () => {
  const bank = await bankWithMain()
  const gift = await giveOffline(bank, { amount: '30.00', receivedOn: '2026-10-01' })
  await importLines(bank, [{ on: '2026-10-02', minor: 3_000n }], 0n)
  const [line] = (await sides(bank)).lines
  await matchLines(bank.treasurer, { bankAccountId: bank.accountId, lineIds: [line!.id], keys: [`gift:${gift}`] })
  await freeMain()
  const later = await makeBank()
  await db().$executeRaw`UPDATE bank_account SET external_id = 'main' WHERE id = ${later.accountId}::uuid`
  await importLines(later, [{ on: TODAY, minor: 5n }], 3_000n)
  expect((await sides(later)).beforeFirst).toBeGreaterThan(0)
  await settleOpening(later.treasurer, { bankAccountId: later.accountId })
  expect((await sides(later)).beforeFirst).toBe(0)
})

test('a line is matched once, however many people click', async () => {
  const bank = await bankWithMain()
  const gifts = [await giveOffline(bank), await giveOffline(bank)]
  await importLines(bank, [{ on: '2026-11-04', minor: 2_500n }], 0n)
  const [line] = (await sides(bank)).lines
  const clicks = await Promise.all(
    gifts.map((gift) =>
      refusal(
        matchLines(bank.treasurer, { bankAccountId: bank.accountId, lineIds: [line!.id], keys: [`gift:${gift}`] }),
      ),
    ),
  )
  expect(clicks.map(({ code }) => code).sort()).toEqual(['conflict', 'not refused'])
})

test('somebody of another chapter, or who only reads, matches nothing', async () => {
  const bank = await bankWithMain()
  const gift = await giveOffline(bank)
  await importLines(bank, [{ on: '2026-11-04', minor: 2_500n }], 0n)
  const [line] = (await sides(bank)).lines
  const input = { bankAccountId: bank.accountId, lineIds: [line!.id], keys: [`gift:${gift}`] }
  const stranger = (await makeWorld({ bankMinor: 0n })).approver
  expect((await refusal(matchLines(stranger, input))).code).toBe('not_found')
  expect((await refusal(matchLines(bank.auditor, input))).code).toBe('forbidden')
  expect((await refusal(matchLines(bank.organizer, input))).code).toBe('not_found')
  const matchId = await matchLines(bank.treasurer, input)
  expect((await refusal(unlinkLines(stranger, { matchId, reason: 'x' }))).code).toBe('not_found')
})

test('a gift of a chapter where one is no treasurer is not offered for one’s account', async () => {
  const bank = await bankWithMain()
  const other = await makeWorld({ bankMinor: 0n })
  const gift = await giveOffline({ ...bank, treasurer: other.approver, campaign: other.campaign })
  await importLines(bank, [{ on: '2026-11-04', minor: 2_500n }], 0n)
  const open = await sides(bank)
  expect(open.facts.some(({ id }) => id === gift)).toBe(false)
  const input = { bankAccountId: bank.accountId, lineIds: [open.lines[0]!.id], keys: [`gift:${gift}`] }
  expect((await refusal(matchLines(bank.treasurer, input))).code).toBe('not_found')
})
