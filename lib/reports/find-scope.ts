import { publicStatuses } from '#lib/campaigns/states.ts'
import { db } from '#lib/db/client.ts'
import type { ReportScope } from './types.ts'

export type PublicScope = {
  scope: ReportScope
  name: string
  /** The campaigns of the chapter that a report can be narrowed to. */
  campaigns: { slug: string; title: string }[]
}

/** The word that stands for all chapters in the address of a report. */
export const FEDERATION = 'federation'

/**
 * What an address of a public report is about: a chapter or the federation, or one public campaign of it. Null where
 * there is no such thing; a campaign that is not public is no such thing.
 */
export async function findScope(slug: string, campaignSlug?: string | undefined): Promise<PublicScope | null> {
  const chapter = await db().chapter.findUnique({ where: { slug } })
  if (!chapter && slug !== FEDERATION) return null
  const campaigns = await db().campaign.findMany({
    where: { status: { in: [...publicStatuses] }, ...(chapter ? { chapterId: chapter.id } : {}) },
    select: { id: true, slug: true, title: true },
    orderBy: { title: 'asc' },
  })
  const name = chapter?.name ?? 'The whole federation'
  const choices = campaigns.map((campaign) => ({ slug: campaign.slug, title: campaign.title }))
  if (campaignSlug !== undefined) {
    const campaign = campaigns.find((one) => one.slug === campaignSlug)
    return campaign ? { scope: { kind: 'campaign', campaignId: campaign.id }, name, campaigns: choices } : null
  }
  const scope: ReportScope = chapter ? { kind: 'chapter', chapterId: chapter.id } : { kind: 'federation' }
  return { scope, name, campaigns: choices }
}

/** Every chapter, for the list of reports. */
export async function listChapters(): Promise<{ slug: string; name: string; city: string; country: string }[]> {
  return db().chapter.findMany({
    select: { slug: true, name: true, city: true, country: true },
    orderBy: { name: 'asc' },
  })
}
