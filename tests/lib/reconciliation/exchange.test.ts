import { afterEach, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { recordExchange } from '#lib/donations/record-exchange.ts'
import { reverseExchange } from '#lib/donations/reverse-exchange.ts'
import { newId } from '#lib/ids.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { addAccount } from '#lib/reconciliation/add-account.ts'
import { importStatement } from '#lib/reconciliation/import-statement.ts'
import { matchLines } from '#lib/reconciliation/match-lines.ts'
import { unlinkLines } from '#lib/reconciliation/unlink-lines.ts'
import { fillFund } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'
import { camtOf } from './camt-file.ts'
import { type Bank, importLines, makeBank, refusal, sides } from './fixture.ts'

const database = useDatabase()
const TODAY = new Date().toISOString().slice(0, 10)

afterEach(async () => {
  expect(await verifyLedger(db())).toEqual([])
})

/** Both accounts of a chapter that sends in dollars and has a purse in euros. */
async function makeBanks(left: string, fee: string) {
  const owner = await database.asOwner()
  await owner.query(`UPDATE bank_account SET external_id = 'was-' || right(id::text, 12) WHERE external_id = 'main'`)
  const dollars = await makeBank()
  const number = `NL91ABNA${newId().slice(-10)}`
  const account = { chapterId: dollars.chapter.id, name: 'Euro account', currency: 'EUR', number, use: 'main' }
  const accountId = await addAccount(dollars.treasurer, account)
  const euros: Bank = { ...dollars, accountId, number }
  const purse = { chapterId: dollars.chapter.id, campaignId: dollars.campaign.id, currency: 'EUR' }
  const purseId = await openFund(db(), { ...purse, restriction: 'with', name: 'Kitchen (EUR)' })
  await fillFund(purseId, 10_000n)
  const exchangeId = await recordExchange(dollars.treasurer, {
    ...{ fundId: String(purseId), submissionKey: newId().replaceAll('-', ''), left, fee, arrived: '88.00' },
    ...{ exchangedOn: TODAY, rateSource: 'Advice 7' },
  })
  const { entryId } = await db().currencyExchange.findUniqueOrThrow({ where: { id: exchangeId } })
  // `main` is one for the whole installation: what other tests exchanged is still open there.
  const isOpen = async (bank: Bank) => (await sides(bank)).movements.some((movement) => movement.entryId === entryId)
  return { dollars, euros, exchangeId, isOpen }
}

test('both bank lines of an exchange are proposed and matched, and leave nothing open', async () => {
  const { dollars, euros, exchangeId, isOpen } = await makeBanks('80.00', '')
  await importLines(dollars, [{ on: TODAY, minor: 8_800n, text: 'FX EUR/USD' }], 0n)
  const { lines } = await sides(dollars)
  expect(lines[0]?.suggestions[0]).toMatchObject({ kind: 'exchange', label: 'Arrived by an exchange' })
  const keys = lines[0]?.suggestions[0]?.keys ?? []
  const matchId = await matchLines(dollars.treasurer, {
    ...{ bankAccountId: dollars.accountId, lineIds: [lines[0]?.id], keys },
  })
  expect(await db().bankMatch.findUniqueOrThrow({ where: { id: matchId } })).toMatchObject({ kind: 'exchange' })
  expect((await sides(dollars)).lines).toEqual([])
  expect([await isOpen(dollars), await isOpen(euros)]).toEqual([false, true])
  const wrong = { exchangeId, reason: 'Wrong' }
  expect(await refusal(reverseExchange(dollars.treasurer, wrong))).toMatchObject({ code: 'wrong_state' })
  await unlinkLines(dollars.treasurer, { matchId, reason: 'Wrong line' })
  await reverseExchange(dollars.treasurer, wrong)
  expect([await isOpen(dollars), await isOpen(euros)]).toEqual([false, false])
})

test.each([
  ['in one line', '70.00', '2.50', [-7_250n]],
  ['in two lines', '60.00', '1.50', [-6_000n, -150n]],
] as const)('the fee of an exchange may stand %s with it on the statement', async (_how, left, fee, minors) => {
  const { euros, isOpen } = await makeBanks(left, fee)
  const lines = [...minors].map((minor, index) => ({ on: TODAY, minor, text: `FX ${index}` }))
  const text = camtOf({ id: `E${minors.length}`, account: euros.number, currency: 'EUR', openingMinor: 10_000n, lines })
  const file = { name: 's.xml', bytes: new TextEncoder().encode(text) }
  await importStatement(euros.treasurer, { bankAccountId: euros.accountId, file })
  const open = await sides(euros)
  expect(open.lines).toHaveLength(minors.length)
  for (const { id, suggestions } of open.lines) {
    expect(suggestions[0]).toMatchObject({ kind: 'exchange' })
    const keys = suggestions[0]?.keys
    await matchLines(euros.treasurer, { bankAccountId: euros.accountId, lineIds: [id], keys })
  }
  expect(await isOpen(euros)).toBe(false)
})
