import { now } from '#lib/clock.ts'
import { db, type Prisma } from '#lib/db/client.ts'
import { calendarOf, dayAt, fiscalYearName, fiscalYearOf } from './count-years.ts'
import { signPledgeToken } from './sign-pledge-link.ts'
import { deductibleMinor, receiptLabel } from './write-statement.ts'

const GIFTS_MAX = 2_000

/** A gift on its donor's own page, and in the summary of its year. */
export type GivenGift = {
  donationId: string
  /** Leads to the receipt's page, where its cents can be followed. */
  receiptToken: string
  at: Date
  /** The date it was at the chapter, in words. */
  givenOn: string
  /** The fiscal year of the chapter: the calendar year in which it begins, and as people name it. */
  year: number
  yearName: string
  isYearOver: boolean
  campaignTitle: string
  campaignSlug: string
  chapterId: string
  chapterSlug: string
  chapterName: string
  currency: string
  paidMinor: bigint
  returnedMinor: bigint
  keptMinor: bigint
  deductibleMinor: bigint | null
  /** The receipt's number as it is printed, and its sentence on tax; null until it is issued. */
  label: string | null
  statement: string | null
  isMonthly: boolean
}

/** What somebody gave a chapter in a fiscal year, in one currency. */
export type YearTotal = {
  key: string
  chapterSlug: string
  chapterName: string
  year: number
  yearName: string
  isYearOver: boolean
  currency: string
  count: number
  paidMinor: bigint
  returnedMinor: bigint
  keptMinor: bigint
  deductibleMinor: bigint | null
}

export type OwnPledge = {
  id: string
  status: string
  campaignTitle: string
  currency: string
  /** What is charged each month. */
  amountMinor: bigint
  createdAt: Date
  nextChargeAt: Date | null
  /** Where it is changed, paused and ended. */
  href: string
}

export type GivingPage = { email: string | null; gifts: GivenGift[]; pledges: OwnPledge[]; years: YearTotal[] }

export const ownGift = {
  campaign: {
    select: {
      ...{ title: true, slug: true },
      chapter: {
        select: {
          ...{ id: true, slug: true, name: true },
          receiptSettings: { orderBy: { version: 'desc' }, take: 1 },
        },
      },
    },
  },
  pledge: { select: { kind: true } },
  receipts: { orderBy: { revision: 'desc' }, take: 1, include: { settings: true } },
} satisfies Prisma.DonationInclude

type OwnGift = Prisma.DonationGetPayload<{ include: typeof ownGift }>

/** Everything somebody gave: gifts that arrived, the newest first, monthly pledges, and the sums of each fiscal year. */
export async function readGiving(donorId: string): Promise<GivingPage | null> {
  const donor = await db().donor.findUnique({ where: { id: donorId }, select: { email: true } })
  if (!donor) return null
  const [donations, pledges] = await Promise.all([
    db().donation.findMany({
      where: { donorId, status: 'settled' },
      include: ownGift,
      orderBy: [{ settledAt: 'desc' }, { id: 'desc' }],
      take: GIFTS_MAX,
    }),
    db().pledge.findMany({
      where: { donorId, kind: 'monthly', status: { not: 'pending' } },
      include: { campaign: { select: { title: true } } },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    }),
  ])
  const gifts = donations.flatMap(toGift)
  return { email: donor.email, gifts, pledges: pledges.map(toPledge), years: sumByYear(gifts) }
}

/** One gift as its receipt tells it; nothing for one without the time of its arrival. */
export function toGift(donation: OwnGift): GivenGift[] {
  const { campaign, receipts, settledAt, giftMinor, coverMinor, tipMinor } = donation
  const { chapter } = campaign
  const [settings] = chapter.receiptSettings
  if (settledAt === null || !settings) return []
  const calendar = calendarOf(settings, donation.offlineMethod)
  const year = fiscalYearOf(settledAt, calendar)
  const [receipt] = receipts
  const paidMinor = giftMinor + coverMinor + tipMinor
  const returnedMinor = receipt?.returnedMinor ?? 0n
  const keptMinor = paidMinor - returnedMinor
  const law = receipt?.settings.deductibility ?? settings.deductibility
  return [
    {
      ...{ donationId: donation.id, receiptToken: donation.receiptToken, at: settledAt, currency: donation.currency },
      ...{ campaignTitle: campaign.title, campaignSlug: campaign.slug },
      ...{ chapterId: chapter.id, chapterSlug: chapter.slug, chapterName: chapter.name },
      givenOn: dayAt(settledAt, calendar.timeZone),
      ...{ year, yearName: fiscalYearName(year, settings.fiscalYearStartMonth) },
      isYearOver: year < fiscalYearOf(now(), settings),
      ...{ paidMinor, returnedMinor, keptMinor, deductibleMinor: deductibleMinor(law, keptMinor) },
      label: receipt ? receiptLabel(chapter.slug, receipt.number) : null,
      statement: receipt?.statement ?? null,
      isMonthly: donation.pledge.kind === 'monthly',
    },
  ]
}

/** A line for each chapter, fiscal year and currency: money never crosses currencies. */
export function sumByYear(gifts: readonly GivenGift[]): YearTotal[] {
  const totals = new Map<string, YearTotal>()
  for (const gift of gifts) {
    const { chapterSlug, chapterName, year, yearName, currency, isYearOver } = gift
    const key = `${chapterSlug} ${year} ${currency}`
    const empty = { count: 0, paidMinor: 0n, returnedMinor: 0n, keptMinor: 0n, deductibleMinor: 0n }
    const sum = totals.get(key) ?? { key, chapterSlug, chapterName, year, yearName, currency, isYearOver, ...empty }
    totals.set(key, {
      ...sum,
      count: sum.count + 1,
      paidMinor: sum.paidMinor + gift.paidMinor,
      returnedMinor: sum.returnedMinor + gift.returnedMinor,
      keptMinor: sum.keptMinor + gift.keptMinor,
      deductibleMinor: addKnown(sum.deductibleMinor, gift.deductibleMinor),
    })
  }
  return [...totals.values()].sort((one, other) => other.year - one.year || one.key.localeCompare(other.key))
}

/** Of a sum nobody knows how much, when nobody knows it of one of its parts. */
function addKnown(one: bigint | null, other: bigint | null): bigint | null {
  return one === null || other === null ? null : one + other
}

type PledgeRow = Prisma.PledgeGetPayload<{ include: { campaign: { select: { title: true } } } }>

function toPledge(pledge: PledgeRow): OwnPledge {
  const { id, status, currency, amountMinor, coverMinor, tipMinor, createdAt, nextChargeAt } = pledge
  return {
    ...{ id, status, currency, amountMinor: amountMinor + coverMinor + tipMinor, createdAt },
    campaignTitle: pledge.campaign.title,
    nextChargeAt: status === 'active' ? nextChargeAt : null,
    href: `/pledges/${signPledgeToken(id)}`,
  }
}
