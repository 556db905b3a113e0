import { requireAdmin } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db, type Prisma } from '#lib/db/client.ts'
import { fiscalYearDays, fiscalYearName, fiscalYearOf } from './count-years.ts'

export type SettingsVersion = Prisma.ReceiptSettingsGetPayload<object> & { authorName: string | null }

export type ChapterSettings = {
  chapterId: string
  chapterName: string
  slug: string
  current: SettingsVersion
  /** The newest first; the current one leads. */
  versions: SettingsVersion[]
  /** Fiscal years that are over and have gifts, the newest first. */
  years: SummaryYear[]
}

export type SummaryYear = {
  year: number
  name: string
  first: string
  last: string
  donorCount: number
  mailedCount: number
}

/** What a chapter's receipts say, in all its versions, and which years can be summed up. For instance administrators. */
export async function readReceiptSettings(actor: Actor, chapterId: string): Promise<ChapterSettings | null> {
  requireAdmin(actor)
  if (!/^[0-9a-f-]{36}$/.test(chapterId)) return null
  const chapter = await db().chapter.findUnique({
    where: { id: chapterId },
    include: { receiptSettings: { orderBy: { version: 'desc' } } },
  })
  if (!chapter) return null
  const authors = await db().user.findMany({
    where: { id: { in: chapter.receiptSettings.flatMap(({ createdById }) => createdById ?? []) } },
    select: { id: true, name: true, email: true },
  })
  const versions = chapter.receiptSettings.map((version) => {
    const author = authors.find(({ id }) => id === version.createdById)
    return { ...version, authorName: author ? (author.name ?? author.email) : null }
  })
  const [current] = versions
  if (!current) return null
  const { name: chapterName, slug } = chapter
  return { chapterId, chapterName, slug, current, versions, years: await listYears(chapterId, current) }
}

async function listYears(chapterId: string, settings: SettingsVersion): Promise<SummaryYear[]> {
  const { fiscalYearStartMonth, timeZone } = settings
  const rows = await db().$queryRaw<{ year: number; donorCount: number; mailedCount: number }[]>`
    SELECT given.year, count(*)::int AS "donorCount", count(m.id)::int AS "mailedCount"
    FROM (
      SELECT DISTINCT d.donor_id, extract(year FROM (d.settled_at AT TIME ZONE
        CASE WHEN d.offline_method IS NULL THEN ${timeZone} ELSE 'UTC' END)
        - make_interval(months => ${fiscalYearStartMonth - 1}::int))::int AS year
      FROM donation d JOIN campaign c ON c.id = d.campaign_id JOIN donor o ON o.id = d.donor_id
      WHERE c.chapter_id = ${chapterId}::uuid AND d.status = 'settled' AND o.email IS NOT NULL) given
    LEFT JOIN year_summary_mail m ON m.chapter_id = ${chapterId}::uuid AND m.year = given.year AND m.donor_id = given.donor_id
    WHERE given.year < ${fiscalYearOf(now(), settings)}::int GROUP BY given.year ORDER BY given.year DESC`
  return rows.map((row) => ({
    ...row,
    name: fiscalYearName(row.year, fiscalYearStartMonth),
    ...fiscalYearDays(row.year, fiscalYearStartMonth),
  }))
}
