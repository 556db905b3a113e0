import { db } from '#lib/db/client.ts'
import { recordOfflineGift } from '#lib/donations/record-offline-gift.ts'
import { toDecimalString } from '#lib/money/format.ts'
import { acceptMatches } from '#lib/reconciliation/accept-matches.ts'
import { addAccount } from '#lib/reconciliation/add-account.ts'
import { importStatement } from '#lib/reconciliation/import-statement.ts'
import { must, type World } from './world.ts'

const DAY_MS = 86_400_000
/** The bank's last statement ends some days ago, so that the desk has something that is on none yet. */
const UNTIL_DAYS_AGO = 9
const STATEMENTS = 4

const ACCOUNTS = [
  {
    chapter: 'minneapolis',
    name: 'Current account, Mill City Credit Union',
    currency: 'USD',
    number: 'US0042110073390441',
  },
  { chapter: 'leeds', name: 'Current account, Aire Bank', currency: 'GBP', number: 'GB94BARC10201530093459' },
] as const

type Line = { on: string; minor: bigint; text: string }

/** Gifts without Stripe, the two bank accounts that Stripe pays out to, and their statements, matched as far as they go. */
export async function plantBanks(world: World, finish: Date, clock: { set: (at: Date) => void }): Promise<void> {
  const treasurer = must(world.people, 'tomas')
  const day = (daysAgo: number) => new Date(finish.getTime() - daysAgo * DAY_MS)
  await plantOfflineGifts(world, day)
  clock.set(day(UNTIL_DAYS_AGO - 1))
  for (const { chapter, ...account } of ACCOUNTS) {
    const bankAccountId = await addAccount(treasurer, {
      ...account,
      chapterId: must(world.chapters, chapter).id,
      use: 'main',
    })
    const lines = await linesOfBank(account.currency, day(UNTIL_DAYS_AGO))
    const size = Math.ceil(lines.length / STATEMENTS)
    let openingMinor = 0n
    for (let from = 0; from < lines.length; from += size) {
      const part = lines.slice(from, from + size)
      const text = writeCamt({
        ...account,
        openingMinor,
        part,
        number: account.number,
        id: `${account.currency}-${from / size + 1}`,
      })
      const file = { name: `statement-${from / size + 1}.xml`, bytes: new TextEncoder().encode(text) }
      await importStatement(treasurer, { bankAccountId, file })
      openingMinor += part.reduce((sum, { minor }) => sum + minor, 0n)
    }
    await acceptMatches(treasurer, { bankAccountId })
  }
  clock.set(finish)
}

/** A cheque that the bank has and cash that still lies in the box. */
async function plantOfflineGifts(world: World, day: (daysAgo: number) => Date): Promise<void> {
  const [first, second] = [...world.campaigns.values()].filter(
    ({ plan, chapter }) => plan.state === 'live' && chapter.currency === 'USD',
  )
  const gifts = [
    {
      campaign: first,
      method: 'cheque',
      amount: '120.00',
      daysAgo: 16,
      reference: 'No. 1187',
      name: 'Northside Bakery',
      showName: 'yes',
    },
    {
      campaign: second ?? first,
      method: 'cash',
      amount: '85.40',
      daysAgo: 3,
      reference: 'Box at the winter market',
      name: '',
      showName: '',
    },
  ]
  for (const { campaign, daysAgo, ...gift } of gifts) {
    if (!campaign) continue
    await recordOfflineGift(must(world.people, 'tomas'), {
      ...{ ...gift, campaignId: campaign.id, submissionKey: `demo-offline-gift-${daysAgo}`, email: '' },
      receivedOn: day(daysAgo).toISOString().slice(0, 10),
    })
  }
}

/** What the bank would have written about our books' movements, a day later for what came in. */
async function linesOfBank(currency: string, until: Date): Promise<Line[]> {
  const movements = await db().$queryRaw<
    { kind: string; part: string; minor: bigint; at: Date; sourceId: string; wireReference: string | null }[]
  >`
    SELECT v.kind, v.part, v.amount_minor AS minor, v.effective_at AS at, v.source_id AS "sourceId", d.wire_reference AS "wireReference"
    FROM ledger.bank_movements v LEFT JOIN disbursement d ON v.source_type = 'disbursement' AND d.id::text = v.source_id
    WHERE v.external_id = 'main' AND v.currency = ${currency} AND v.effective_at < ${until}::timestamptz - interval '1 day'`
  const lines = movements.map(({ kind, part, minor, at, sourceId, wireReference }) => ({
    minor,
    on: new Date(at.getTime() + (minor > 0n ? DAY_MS : 0)).toISOString().slice(0, 10),
    text:
      kind === 'payout_arrival'
        ? `STRIPE PAYOUT ${sourceId}`
        : `${part === 'fee' ? 'Charge for transfer' : 'Transfer'} ${wireReference ?? sourceId}`,
  }))
  const cheques = await db().donation.findMany({
    where: { offlineMethod: 'cheque', currency, settledAt: { lt: new Date(until.getTime() - 2 * DAY_MS) } },
    select: { giftMinor: true, settledAt: true, offlineReference: true },
  })
  for (const { giftMinor, settledAt, offlineReference } of cheques) {
    if (!settledAt) continue
    const on = new Date(settledAt.getTime() + 2 * DAY_MS).toISOString().slice(0, 10)
    lines.push({ minor: giftMinor, on, text: `Cheque ${offlineReference ?? ''}` })
  }
  return lines.sort((one, other) => (one.on < other.on ? -1 : one.on > other.on ? 1 : one.text < other.text ? -1 : 1))
}

type Camt = { id: string; number: string; currency: string; openingMinor: bigint; part: readonly Line[] }

/** A CAMT.053 of version 2, as a bank's export has it. */
function writeCamt({ id, number, currency, openingMinor, part }: Camt): string {
  const [from = '', to = from] = [part[0]?.on, part.at(-1)?.on]
  const closingMinor = part.reduce((sum, { minor }) => sum + minor, openingMinor)
  const money = (minor: bigint) =>
    `<Amt Ccy="${currency}">${toDecimalString(minor < 0n ? -minor : minor, currency)}</Amt><CdtDbtInd>${minor < 0n ? 'DBIT' : 'CRDT'}</CdtDbtInd>`
  const balance = (code: string, minor: bigint, on: string) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${money(minor)}<Dt><Dt>${on}</Dt></Dt></Bal>`
  const entries = part.map(
    ({ on, minor, text }, index) =>
      `<Ntry>${money(minor)}<Sts>BOOK</Sts><BookgDt><Dt>${on}</Dt></BookgDt><AcctSvcrRef>${id}/${index + 1}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>${id}</MsgId><CreDtTm>${to}T20:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>${id}</Id><CreDtTm>${to}T20:00:00Z</CreDtTm><Acct><Id><Othr><Id>${number}</Id></Othr></Id><Ccy>${currency}</Ccy></Acct>
${balance('OPBD', openingMinor, from)}
${balance('CLBD', closingMinor, to)}
${entries.join('\n')}
</Stmt></BkToCstmrStmt></Document>
`
}
