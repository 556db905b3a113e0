import { now } from '#lib/clock.ts'
import { type Block, writeDocument } from '#lib/documents/write-document.ts'
import { formatMoney } from '#lib/money/format.ts'
import { donorNameOf, readSummary, type YearSummary } from './read-summary.ts'
import type { DocumentFile } from './render-receipt.ts'

/** The summary of a chapter's fiscal year as a PDF for tax papers. Null where `readSummary` answers null. */
export async function renderSummaryPdf(
  donorId: string,
  asked: { chapterSlug: string; year: number },
): Promise<DocumentFile | null> {
  const summary = await readSummary(donorId, asked)
  if (!summary) return null
  const { legalName, address, registrationNumber, deductibility, yearName } = summary
  const number = registrationNumber
    ? [`${deductibility === 'c3' ? 'EIN' : 'Registered number'} ${registrationNumber}`]
    : []
  const bytes = await writeDocument({
    title: `Gifts in ${yearName}`,
    sender: [legalName, ...address.split('\n').filter(Boolean), ...number],
    blocks: blocksOf(summary, await donorNameOf(summary)),
    foot: `${legalName} · gifts in ${yearName}`,
    writtenAt: now(),
  })
  return { fileName: `gifts-${asked.chapterSlug}-${yearName.replace('/', '-')}.pdf`, bytes }
}

function blocksOf(summary: YearSummary, donorName: string | null): Block[] {
  const { first, last, isOver, statements, signatureLine } = summary
  return [
    ...(isOver ? [] : [{ kind: 'notice', text: `This year is not over. It ends on ${last}.` } as const]),
    {
      kind: 'pairs',
      rows: [
        ...(donorName ? [{ term: 'Received from', detail: donorName }] : []),
        { term: 'Received by', detail: summary.legalName },
        { term: 'Given from', detail: `${first} to ${last}` },
      ],
    },
    ...summary.totals.flatMap((total) => totalBlocks(summary, total)),
    ...(statements.length > 0 ? [{ kind: 'heading', text: 'About tax, for each of these gifts' } as const] : []),
    ...statements.map((text) => ({ kind: 'paragraph', text }) as const),
    ...(signatureLine ? [{ kind: 'paragraph', text: signatureLine } as const] : []),
  ]
}

/** A table for each currency, with the sums that are also the sums of the receipts. */
function totalBlocks(summary: YearSummary, total: YearSummary['totals'][number]): Block[] {
  const { currency } = total
  const money = (minor: bigint) => formatMoney(minor, currency, { showCode: true })
  const gifts = summary.gifts.filter((gift) => gift.currency === currency)
  const returned = total.returnedMinor > 0n
  const rows = gifts.map(({ givenOn, label, campaignTitle, paidMinor, returnedMinor, keptMinor }) => [
    givenOn,
    label ?? 'Being written',
    campaignTitle,
    ...(returned ? [money(paidMinor), returnedMinor > 0n ? money(-returnedMinor) : ''] : []),
    money(keptMinor),
  ])
  return [
    { kind: 'heading', text: summary.totals.length > 1 ? `In ${currency}` : 'Gifts' },
    {
      kind: 'table',
      columns: [
        { header: 'Date', share: 3.4 },
        { header: 'Receipt', share: 3.6 },
        { header: 'For', share: 3.6 },
        ...(returned
          ? [
              { header: 'Given', share: 2.4, align: 'right' as const },
              { header: 'Went back', share: 2.4, align: 'right' as const },
            ]
          : []),
        { header: returned ? 'Stayed' : 'Given', share: 2.4, align: 'right' },
      ],
      rows,
      total: [
        'Total',
        '',
        '',
        ...(returned ? [money(total.paidMinor), money(-total.returnedMinor)] : []),
        money(total.keptMinor),
      ],
    },
    ...deductibleBlock(summary, total, money),
  ]
}

function deductibleBlock(
  { deductibility }: YearSummary,
  { deductibleMinor }: YearSummary['totals'][number],
  money: (minor: bigint) => string,
): Block[] {
  if (deductibleMinor === null) return []
  const term =
    deductibility === 'giftaid' ? 'Of it, open to Gift Aid' : 'Of it, tax-deductible as far as the law allows'
  return [{ kind: 'pairs', rows: [{ term, detail: money(deductibleMinor), strong: true, figure: true }] }]
}
