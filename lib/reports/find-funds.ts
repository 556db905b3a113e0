import type { Actor } from '#lib/auth/types.ts'
import { publicStatuses } from '#lib/campaigns/states.ts'
import { db, Prisma } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { canReadBooks, chapterIdsWithBooks } from './policy.ts'
import type { FundChoice } from './types.ts'

type FundRow = Omit<FundChoice, 'campaign'> & { campaignSlug: string | null; campaignTitle: string | null }

const NOT_FOUND: Record<'chapter' | 'campaign' | 'fund', string> = {
  chapter: 'There is no such chapter',
  campaign: 'There is no such campaign',
  fund: 'There is no such fund',
}

/** The funds of the public ledger: chapters' general funds and those of public campaigns, by chapter. */
export async function publicFunds(): Promise<FundChoice[]> {
  return fundsWhere(Prisma.sql`(c.id IS NULL OR c.status::text = ANY (${[...publicStatuses]}::text[]))`)
}

/** The funds of a chapter for its own people. Throws `not_found` for anyone who may not read its books. */
export async function chapterFunds(actor: Actor, chapterId: string): Promise<FundChoice[]> {
  if (!canReadBooks(actor, chapterId)) throw new AppError('not_found', 'There is no such chapter.')
  return fundsWhere(Prisma.sql`f.chapter_id = ${chapterId}::uuid`)
}

/** The chapters whose books the actor may read, by name. */
export async function chaptersWithBooks(actor: Actor): Promise<{ id: string; slug: string; name: string }[]> {
  return db().chapter.findMany({
    where: { id: { in: chapterIdsWithBooks(actor) } },
    select: { id: true, slug: true, name: true },
    orderBy: { name: 'asc' },
  })
}

/**
 * The one of those chapters that a page or an export is about: the named one, else the first. Throws `not_found` for a
 * chapter that is not among them, so that nobody learns which exist, and for somebody who reads no books at all.
 */
export async function bookChapter(
  actor: Actor,
  slug: string | undefined,
): Promise<{ id: string; slug: string; name: string }> {
  const chapters = await chaptersWithBooks(actor)
  const chosen = slug === undefined ? chapters[0] : chapters.find((chapter) => chapter.slug === slug)
  if (!chosen) throw new AppError('not_found', 'There is no such chapter.')
  return chosen
}

/** Of these funds, those the filters name. Throws `invalid_input` at the filter that names none of them. */
export function selectFunds(
  funds: readonly FundChoice[],
  filter: { chapter?: string | undefined; campaign?: string | undefined; fund?: bigint | undefined },
): FundChoice[] {
  const of: Record<keyof typeof NOT_FOUND, (fund: FundChoice) => boolean> = {
    chapter: ({ chapterSlug }) => filter.chapter === undefined || chapterSlug === filter.chapter,
    campaign: ({ campaign }) => filter.campaign === undefined || campaign?.slug === filter.campaign,
    fund: ({ id }) => filter.fund === undefined || id === filter.fund,
  }
  let chosen = [...funds]
  for (const name of ['chapter', 'campaign', 'fund'] as const) {
    chosen = chosen.filter(of[name])
    if (chosen.length === 0 && filter[name] !== undefined) {
      throw new AppError('invalid_input', NOT_FOUND[name], { fieldErrors: { [name]: [NOT_FOUND[name]] } })
    }
  }
  return chosen
}

async function fundsWhere(where: Prisma.Sql): Promise<FundChoice[]> {
  const rows = await db().$queryRaw<FundRow[]>`
    SELECT f.id, f.name, f.currency, h.id AS "chapterId", h.name AS "chapterName", h.slug AS "chapterSlug",
      c.slug AS "campaignSlug", c.title AS "campaignTitle"
    FROM ledger.funds f JOIN chapter h ON h.id = f.chapter_id LEFT JOIN campaign c ON c.id = f.campaign_id
    WHERE ${where} ORDER BY h.name, c.id IS NOT NULL, f.name, f.id`
  return rows.map(({ campaignSlug, campaignTitle, ...fund }) => ({
    ...fund,
    campaign: campaignSlug === null || campaignTitle === null ? null : { slug: campaignSlug, title: campaignTitle },
  }))
}
