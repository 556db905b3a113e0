import { db } from '#lib/db/client.ts'
import { fiscalYearDays, fiscalYearName } from './count-years.ts'
import { type GivenGift, ownGift, sumByYear, toGift, type YearTotal } from './read-giving.ts'

const YEAR_MIN = 2000
const YEAR_MAX = 2999
const DAY_MS = 86_400_000

/** What somebody gave a chapter in a fiscal year, for their tax papers. */
export type YearSummary = {
  chapterId: string
  chapterSlug: string
  chapterName: string
  year: number
  yearName: string
  /** First and last day, in words. */
  first: string
  last: string
  isOver: boolean
  legalName: string
  address: string
  registrationNumber: string
  deductibility: string
  signatureLine: string
  gifts: GivenGift[]
  /** A line for each currency. */
  totals: YearTotal[]
  /** The sentences on tax of these receipts, each once. */
  statements: string[]
}

/**
 * What somebody gave a chapter in the fiscal year that begins in `year`, in the order it came, as the receipts say it.
 * Null for a chapter that is none, and where they gave nothing in that year.
 */
export async function readSummary(
  donorId: string,
  { chapterSlug, year }: { chapterSlug: string; year: number },
): Promise<YearSummary | null> {
  if (!Number.isInteger(year) || year < YEAR_MIN || year > YEAR_MAX) return null
  const chapter = await db().chapter.findUnique({
    where: { slug: chapterSlug },
    include: { receiptSettings: { orderBy: { version: 'desc' }, take: 1 } },
  })
  const settings = chapter?.receiptSettings[0]
  if (!chapter || !settings) return null
  const month = settings.fiscalYearStartMonth - 1
  // A day more on both sides than any time zone needs; which year a gift is of, its own date says.
  const near = { gte: new Date(Date.UTC(year, month, 0)), lt: new Date(Date.UTC(year + 1, month, 2) + DAY_MS) }
  const donations = await db().donation.findMany({
    where: { donorId, status: 'settled', settledAt: near, campaign: { chapterId: chapter.id } },
    include: ownGift,
    orderBy: [{ settledAt: 'asc' }, { id: 'asc' }],
  })
  const gifts = donations.flatMap(toGift).filter((gift) => gift.year === year)
  if (gifts.length === 0) return null
  const { legalName, address, registrationNumber, deductibility, signatureLine } = settings
  return {
    ...{ chapterId: chapter.id, chapterSlug, chapterName: chapter.name, year, gifts, totals: sumByYear(gifts) },
    ...{ legalName, address, registrationNumber, deductibility, signatureLine },
    yearName: fiscalYearName(year, settings.fiscalYearStartMonth),
    ...fiscalYearDays(year, settings.fiscalYearStartMonth),
    isOver: gifts.every(({ isYearOver }) => isYearOver),
    statements: [
      ...new Set(gifts.flatMap(({ statement, keptMinor }) => (statement && keptMinor > 0n ? [statement] : []))),
    ],
  }
}

/** The name of the donor as they wrote it with their newest gift of the summary, for the paper that names them. */
export async function donorNameOf(summary: YearSummary): Promise<string | null> {
  const ids = summary.gifts.map(({ donationId }) => donationId)
  const newest = await db().donation.findFirst({
    where: { id: { in: ids }, donorName: { not: null } },
    orderBy: { settledAt: 'desc' },
    select: { donorName: true },
  })
  return newest?.donorName ?? null
}
