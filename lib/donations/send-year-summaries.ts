import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { requireAdmin } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { queueMail } from '#lib/email/queue-mail.ts'
import { renderMail } from '#lib/email/render-mail.ts'
import { yearSummaryMail } from '#lib/email/year-summary-mail.tsx'
import { AppError } from '#lib/errors.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { parseInput } from '#lib/parse-input.ts'
import { fiscalYearOf } from './count-years.ts'
import { issueAccess } from './open-giving-link.ts'
import { readSummary, type YearSummary } from './read-summary.ts'
import { givingLink } from './request-giving-link.ts'

const LINK_DAYS = 60
const DAY_MINUTES = 1440

type ChapterYear = { chapterId: string; year: number }

const inputSchema = z.object({
  chapterId: z.uuid('There is no such chapter.'),
  year: z.coerce.number('Choose a year.').int('Choose a year.').min(2000, 'Choose a year.').max(2999, 'Choose a year.'),
})

/**
 * Starts the mails that sum up a fiscal year that is over, one to each donor of the chapter who left an address. Started
 * again, it mails only those who have none yet. For instance administrators.
 */
export async function sendYearSummaries(actor: Actor, input: unknown): Promise<void> {
  requireAdmin(actor)
  const asked = parseInput(inputSchema, input)
  const { chapterId, year } = asked
  const settings = await db().receiptSettings.findFirst({ where: { chapterId }, orderBy: { version: 'desc' } })
  if (!settings) throw new AppError('not_found', 'There is no such chapter.')
  if (fiscalYearOf(now(), settings) <= year) {
    throw new AppError(
      'wrong_state',
      'This fiscal year is not over yet. Its summaries can be sent from its last day on.',
    )
  }
  await inTransaction(async (tx) => {
    await enqueueJob(tx, 'send-year-summaries', asked, { jobKey: `year-summaries:${chapterId}:${year}` })
    await recordEvent(tx, actor, {
      ...{ action: 'chapter.send_summaries', subjectType: 'chapter', subjectId: chapterId, chapterId },
      detail: { year },
    })
  })
}

/** The job: every donor of the year who has no mail of it yet. It may run twice, and at once; nobody gets two mails. */
export async function mailYearSummaries({ chapterId, year }: ChapterYear): Promise<void> {
  const chapter = await db().chapter.findUnique({ where: { id: chapterId }, select: { slug: true } })
  if (!chapter) return
  const donors = await db().$queryRaw<{ id: string }[]>`
    SELECT o.id FROM donor o WHERE o.email IS NOT NULL
      AND EXISTS (SELECT FROM donation d JOIN campaign c ON c.id = d.campaign_id
        WHERE d.donor_id = o.id AND c.chapter_id = ${chapterId}::uuid AND d.status = 'settled'
          AND d.settled_at >= make_timestamptz(${year}::int, 1, 1, 0, 0, 0) - interval '2 days'
          AND d.settled_at < make_timestamptz(${year}::int + 2, 1, 1, 0, 0, 0))
      AND NOT EXISTS (SELECT FROM year_summary_mail m WHERE m.donor_id = o.id AND m.chapter_id = ${chapterId}::uuid
        AND m.year = ${year}::int) ORDER BY o.id`
  const ids = donors.map(({ id }) => id)
  const doneCount = await runEach('send-year-summaries', ids, async (donorId) => {
    const summary = await readSummary(donorId, { chapterSlug: chapter.slug, year })
    if (summary?.totals.some(({ keptMinor }) => keptMinor > 0n)) await mailSummary(donorId, summary)
  })
  if (doneCount < ids.length)
    throw new AppError('unavailable', 'Some summaries could not be written; they are tried again.')
}

async function mailSummary(donorId: string, summary: YearSummary): Promise<void> {
  const { chapterId, chapterSlug, year } = summary
  const donor = await db().donor.findUnique({ where: { id: donorId }, select: { email: true } })
  if (!donor?.email) return
  const access = issueAccess({ minutes: LINK_DAYS * DAY_MINUTES })
  const mail = await renderMail(
    yearSummaryMail({
      recipient: donor.email,
      chapterName: summary.chapterName,
      chapterLegalName: summary.legalName,
      yearName: summary.yearName,
      firstDay: summary.first,
      lastDay: summary.last,
      sums: summary.totals.filter(({ keptMinor }) => keptMinor > 0n),
      statement: summary.statements.join(' '),
      link: givingLink(access.token),
      daysValid: LINK_DAYS,
    }),
  )
  await inTransaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`year-summary:${chapterId}:${year}:${donorId}`}, 0))`
    const where = { chapterId_year_donorId: { chapterId, year, donorId } }
    if (await tx.yearSummaryMail.findUnique({ where })) return
    const mailId = await queueMail(tx, mail)
    await tx.yearSummaryMail.create({ data: { chapterId, year, donorId, mailId } })
    const landsOn = `/giving/summary/${chapterSlug}/${year}`
    await tx.donorAccess.create({ data: { ...access.row, donorId, kind: 'link', landsOn } })
  })
}
