import { db, type Prisma } from '#lib/db/client.ts'
import { listReturns } from '#lib/ledger/list-returns.ts'
import { calendarOf, dayAt } from './count-years.ts'
import { findGiftPurse } from './find-gift-purse.ts'
import type { IssuedReceipt, ReceiptView, ReturnLine } from './types.ts'
import { deductibleMinor, receiptLabel } from './write-statement.ts'

const withReceipt = {
  campaign: {
    select: {
      ...{ title: true, slug: true },
      chapter: { include: { receiptSettings: { orderBy: { version: 'desc' }, take: 1 } } },
    },
  },
  receipts: { orderBy: { revision: 'desc' }, take: 1, include: { settings: true } },
} satisfies Prisma.DonationInclude

type DonationRow = Prisma.DonationGetPayload<{ include: typeof withReceipt }>

/** A receipt by its unguessable token; nothing in it says who gave. */
export async function receiptByToken(token: string): Promise<ReceiptView | null> {
  if (!/^[A-Za-z0-9_-]{20,64}$/.test(token)) return null
  const donation = await db().donation.findUnique({ where: { receiptToken: token }, include: withReceipt })
  if (!donation) return null
  const { campaign, giftMinor, coverMinor, tipMinor, feeMinor, fundId, settledAt } = donation
  const { chapter } = campaign
  const purse = fundId === null ? null : await findGiftPurse({ fundId, campaignId: donation.campaignId })
  const totalMinor = giftMinor + coverMinor + tipMinor
  const settledMinor = donation.settledMinor ?? totalMinor
  const issued = issuedOf(donation)
  const settings = donation.receipts[0]?.settings ?? chapter.receiptSettings[0]
  return {
    ...{ donationId: donation.id, status: donation.status, currency: donation.currency, entryId: donation.entryId },
    ...{ campaignTitle: campaign.title, campaignSlug: campaign.slug, settledAt, fundId, purse, issued },
    ...{ chapterName: chapter.name, chapterLegalName: settings?.legalName ?? chapter.legalName },
    ...{ deductibility: settings?.deductibility ?? chapter.deductibility },
    ...{ giftMinor, coverMinor, tipMinor, totalMinor, feeMinor, settledMinor },
    settledCurrency: donation.settledCurrency ?? donation.currency,
    netMinor: feeMinor === null ? null : settledMinor - feeMinor,
    ...(await netsOf(donation)),
    givenOn: settledAt && settings ? dayAt(settledAt, calendarOf(settings, donation.offlineMethod).timeZone) : null,
    paidBy: donation.offlineMethod ?? 'card',
    // A gift entered by mistake is no gift from the moment it was taken back; its corrected receipt follows within seconds.
    returnedMinor: donation.reversalEntryId === null ? (issued?.returnedMinor ?? 0n) : totalMinor,
    returns: await returnsOf(donation),
  }
}

/** The newest receipt of a donation, as the page and the PDF show it. */
function issuedOf({ receipts, campaign }: DonationRow): IssuedReceipt | null {
  const [receipt] = receipts
  if (!receipt) return null
  const { settings, returnedMinor, statement, revision, issuedAt } = receipt
  const keptMinor = receipt.giftMinor + receipt.coverMinor + receipt.tipMinor - returnedMinor
  return {
    label: receiptLabel(campaign.chapter.slug, receipt.number),
    ...{ revision, issuedAt, statement, returnedMinor },
    ...{ address: settings.address, registrationNumber: settings.registrationNumber },
    signatureLine: settings.signatureLine,
    deductibleMinor: deductibleMinor(settings.deductibility, keptMinor),
  }
}

/** What the books say went back, in the currency of the fund. */
async function returnsOf(donation: DonationRow): Promise<ReturnLine[]> {
  const { entryId, reversalEntryId, settledAt } = donation
  if (entryId === null || settledAt === null) return []
  const currency = donation.settledCurrency ?? donation.currency
  if (reversalEntryId !== null) {
    const amountMinor = donation.giftMinor + donation.coverMinor + donation.tipMinor
    return [{ kind: 'correction', amountMinor, currency, at: settledAt }]
  }
  const lines = new Map<string, ReturnLine>()
  for (const { kind, amountMinor, at } of await listReturns(db(), [entryId])) {
    // A gift and its tip go back by an entry each, at the same moment: to the donor that is one refund.
    const key = `${kind} ${at.getTime()}`
    lines.set(key, { kind, currency, at, amountMinor: amountMinor + (lines.get(key)?.amountMinor ?? 0n) })
  }
  return [...lines.values()]
}

async function netsOf(donation: { balanceTransactionId: string | null; fundId: bigint | null }) {
  const { balanceTransactionId, fundId } = donation
  if (balanceTransactionId === null) return { fundNetMinor: null, tipNetMinor: null }
  const legs = await db().balanceTransactionLeg.findMany({ where: { balanceTransactionId } })
  const own = legs.find((leg) => leg.fundId === fundId)
  const tip = legs.find((leg) => leg.fundId !== fundId)
  return { fundNetMinor: own?.netMinor ?? null, tipNetMinor: tip?.netMinor ?? 0n }
}
