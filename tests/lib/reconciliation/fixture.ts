import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { recordOfflineGift } from '#lib/donations/record-offline-gift.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { addAccount } from '#lib/reconciliation/add-account.ts'
import { importStatement } from '#lib/reconciliation/import-statement.ts'
import { listAccounts, openSides } from '#lib/reconciliation/queries.ts'
import { makeWorld } from '#tests/lib/disbursements/fixture.ts'
import { camtOf } from './camt-file.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'common-purse-statements-'))
process.env['DATA_DIR'] = dataDir
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

export type FileLine = { on: string; amount: string; id?: string; name?: string; memo?: string; type?: string }

/** A small OFX file of one statement. */
export function ofxOf(file: { lines: FileLine[]; closing: string; sgml?: boolean; account?: string }): string {
  const { lines, closing, sgml = true, account = '12345678' } = file
  const days = lines.map(({ on }) => on).sort()
  const of = (tag: string, value: string) => (sgml ? `<${tag}>${value}` : `<${tag}>${value}</${tag}>`)
  const plain = (day: string) => `${day.replaceAll('-', '')}120000[-5:EST]`
  const escaped = (text: string) => text.replaceAll('&', '&amp;')
  const written = lines.map(({ on, amount, id, name, memo, type }, index) =>
    [
      '<STMTTRN>',
      of('TRNTYPE', type ?? 'OTHER'),
      of('DTPOSTED', plain(on)),
      of('TRNAMT', amount),
      of('FITID', id ?? `F${index}`),
      ...(name ? [of('NAME', escaped(name))] : []),
      ...(memo ? [of('MEMO', escaped(memo))] : []),
      '</STMTTRN>',
    ].join('\n'),
  )
  const head = sgml
    ? 'OFXHEADER:100\nDATA:OFXSGML\nENCODING:USASCII\nCHARSET:1252\n\n'
    : '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200"?>\n'
  return `${head}<OFX>\n<BANKMSGSRSV1><STMTTRNRS><STMTRS>\n${of('CURDEF', 'USD')}\n<BANKACCTFROM>${of('BANKID', '1')}${of('ACCTID', account)}${of('ACCTTYPE', 'CHECKING')}</BANKACCTFROM>
<BANKTRANLIST>${of('DTSTART', plain(days[0] ?? '2026-11-01'))}${of('DTEND', plain(days.at(-1) ?? '2026-11-01'))}
${written.join('\n')}
</BANKTRANLIST>
<LEDGERBAL>${of('BALAMT', closing)}${of('DTASOF', plain(days.at(-1) ?? '2026-11-01'))}</LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1>\n</OFX>\n`
}

let numbers = 0
/** A chapter with its people and fund (see disbursements), a general fund, and a bank account of its own at "main" or beside it. */
export async function makeBank(options: { bankMinor?: bigint; use?: 'main' | 'other' } = {}) {
  const world = await makeWorld({ bankMinor: options.bankMinor ?? 0n })
  const { chapter, approver: treasurer } = world
  const generalFundId = await openFund(db(), {
    ...{ chapterId: chapter.id, campaignId: null, restriction: 'without', currency: 'USD', name: 'General fund' },
  })
  await db().chapter.update({ where: { id: chapter.id }, data: { generalFundId } })
  numbers += 1
  const number = `NL26VAYB${String(process.pid).padStart(6, '0')}${String(numbers).padStart(4, '0')}`
  const account = {
    chapterId: chapter.id,
    name: 'Current account',
    currency: 'USD',
    number,
    use: options.use ?? 'main',
  }
  const accountId = await addAccount(treasurer, account)
  return { ...world, treasurer, generalFundId, accountId, number }
}

export type Bank = Awaited<ReturnType<typeof makeBank>>

let files = 0
/** Imports lines as one CAMT statement; each call is another file. */
export async function importLines(
  bank: Bank,
  lines: { on: string; minor: bigint; text?: string; reference?: string }[],
  openingMinor: bigint,
) {
  files += 1
  const text = camtOf({ id: `S${files}`, account: bank.number, openingMinor, lines })
  return importStatement(bank.treasurer, {
    bankAccountId: bank.accountId,
    file: { name: 's.xml', bytes: new TextEncoder().encode(text) },
  })
}

/** What is open on both sides, as the desk sees it. */
export async function sides(bank: Bank, actor: UserActor = bank.treasurer) {
  const account = (await listAccounts(actor)).find(({ id }) => id === bank.accountId)
  if (!account) throw new Error('the account is not the actor’s')
  return openSides(actor, account)
}

/** An offline gift of the bank's campaign. */
export async function giveOffline(bank: Bank, fields: Record<string, unknown> = {}): Promise<string> {
  return recordOfflineGift(bank.treasurer, {
    ...{ campaignId: bank.campaign.id, submissionKey: newId().replaceAll('-', ''), amount: '25.00', method: 'cheque' },
    ...{ receivedOn: '2026-11-02', reference: '', name: '', email: '', ...fields },
  })
}

/** The code and fields of the AppError a call fails with. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; fields: Record<string, string[]> }> {
  try {
    await call
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, fields: error.fieldErrors }
    throw error
  }
  return { code: 'not refused', fields: {} }
}

/** A balance of the ledger over all funds with this bank account. */
export async function ledgerBank(bank: Bank): Promise<bigint> {
  const { externalId } = await db().bankAccount.findUniqueOrThrow({ where: { id: bank.accountId } })
  const [row] = await db().$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(balance_minor), 0)::bigint AS minor FROM ledger.balances
    WHERE role = 'bank' AND external_id = ${externalId} AND currency = 'USD'`
  return row?.minor ?? 0n
}
