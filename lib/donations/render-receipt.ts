import { db } from '#lib/db/client.ts'
import { type Block, writeDocument } from '#lib/documents/write-document.ts'
import { formatMoney } from '#lib/money/format.ts'
import { receiptByToken } from './read-receipt.ts'
import type { IssuedReceipt, ReceiptView } from './types.ts'

export type DocumentFile = { fileName: string; bytes: Buffer }

const PAID_BY = { card: 'card', cash: 'cash', cheque: 'cheque', bank_transfer: 'bank transfer' } as const

/**
 * The receipt as a PDF for tax papers, with the name that was given with the gift. Null for a token of nothing and for a
 * gift whose receipt has no number yet.
 */
export async function renderReceiptPdf(token: string): Promise<DocumentFile | null> {
  const receipt = await receiptByToken(token)
  if (!receipt?.issued) return null
  const { issued } = receipt
  const { donorName } = await db().donation.findUniqueOrThrow({
    where: { id: receipt.donationId },
    select: { donorName: true },
  })
  const bytes = await writeDocument({
    title: titleOf(receipt, issued),
    sender: [receipt.chapterLegalName, ...issued.address.split('\n').filter(Boolean), ...numberLine(issued, receipt)],
    blocks: blocksOf(receipt, issued, donorName),
    foot: `${receipt.chapterLegalName} · receipt ${issued.label}`,
    writtenAt: issued.issuedAt,
  })
  return { fileName: `receipt-${issued.label}.pdf`, bytes }
}

function titleOf(receipt: ReceiptView, { label, revision }: IssuedReceipt): string {
  if (isVoid(receipt)) return `Void receipt ${label}`
  return revision > 1 && receipt.returnedMinor > 0n ? `Corrected receipt ${label}` : `Receipt ${label}`
}

function isVoid({ returnedMinor, totalMinor }: ReceiptView): boolean {
  return returnedMinor === totalMinor
}

function numberLine({ registrationNumber }: IssuedReceipt, { deductibility }: ReceiptView): string[] {
  if (!registrationNumber) return []
  return [`${deductibility === 'c3' ? 'EIN' : 'Registered number'} ${registrationNumber}`]
}

function blocksOf(receipt: ReceiptView, issued: IssuedReceipt, donorName: string | null): Block[] {
  const { settledAt, givenOn, campaignTitle, purse, entryId } = receipt
  const facts = [
    ...(donorName ? [{ term: 'Received from', detail: donorName }] : []),
    { term: 'Received by', detail: receipt.chapterLegalName },
    { term: 'Date of the gift', detail: givenOn ?? settledAt?.toISOString().slice(0, 10) ?? '' },
    { term: 'For', detail: campaignTitle },
    ...(purse ? [{ term: 'Paid into', detail: sentenceCase(purse.name) }] : []),
    { term: 'Paid by', detail: PAID_BY[receipt.paidBy] },
    { term: 'Entry in the public ledger', detail: `No. ${entryId}` },
  ]
  return [
    ...noticeOf(receipt, issued),
    { kind: 'pairs', rows: facts },
    { kind: 'heading', text: 'What was given' },
    { kind: 'pairs', rows: amountsOf(receipt, issued) },
    ...(isVoid(receipt) ? [] : taxBlocks(issued)),
    ...(issued.signatureLine ? [{ kind: 'paragraph', text: issued.signatureLine } as const] : []),
  ]
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function taxBlocks({ statement }: IssuedReceipt): Block[] {
  return [
    { kind: 'heading', text: 'About tax' },
    { kind: 'paragraph', text: statement },
  ]
}

function noticeOf(receipt: ReceiptView, { revision }: IssuedReceipt): Block[] {
  if (isVoid(receipt)) {
    const why = receipt.returns.some(({ kind }) => kind === 'correction')
      ? 'This gift was entered by mistake and taken out of the books again'
      : 'The whole gift went back to the donor'
    return [{ kind: 'notice', text: `Void. ${why}: this is no receipt for tax.` }]
  }
  if (revision === 1) return []
  return [
    { kind: 'notice', text: 'Corrected. This replaces the receipt that was issued earlier under the same number.' },
  ]
}

type Row = { term: string; detail: string; figure: true; strong?: true }

function amountsOf(receipt: ReceiptView, { deductibleMinor }: IssuedReceipt): Row[] {
  const { currency, giftMinor, coverMinor, tipMinor, totalMinor, returnedMinor, chapterName } = receipt
  const money = (minor: bigint) => formatMoney(minor, currency, { showCode: true })
  const row = (term: string, minor: bigint): Row => ({ term, detail: money(minor), figure: true })
  const parts = [
    row('Gift', giftMinor),
    ...(coverMinor > 0n ? [row('Card fee, covered by the donor', coverMinor)] : []),
    ...(tipMinor > 0n ? [row(`Tip for ${chapterName}`, tipMinor)] : []),
  ]
  const back = returnedMinor > 0n ? [row('Went back to the donor', -returnedMinor)] : []
  return [
    ...(parts.length > 1 ? parts : []),
    { ...row('Given', totalMinor), strong: true },
    ...back,
    ...(back.length > 0 ? [{ ...row('Given after that', totalMinor - returnedMinor), strong: true as const }] : []),
    ...(deductibleMinor === null || isVoid(receipt)
      ? []
      : [{ ...row(deductibleTerm(receipt), deductibleMinor), strong: true as const }]),
  ]
}

function deductibleTerm({ deductibility }: ReceiptView): string {
  return deductibility === 'giftaid' ? 'Of it, open to Gift Aid' : 'Of it, tax-deductible as far as the law allows'
}
