import { db } from '#lib/db/client.ts'
import { findPublicAidGroup } from '#lib/vetting/queries.ts'
import type { PublicNotice } from './types.ts'

type Hold = {
  id: string
  aidGroupId: string
  status: 'held' | 'cured' | 'choosing' | 'closed'
  openedAt: Date
  choiceUntil: Date | null
  choicesClosedAt: Date | null
  redirectedAt: Date | null
  closedAt: Date | null
  outcome: string | null
  groupName: string
  alternateName: string | null
  isOnlyGroup: boolean
}

/**
 * What anyone may know about holds of a campaign or of an aid group: that payments wait, what givers may choose, what
 * became of the money. Never a cause, and nobody who works here. A hold that was lifted says nothing any more.
 */
export async function publicNotices(
  about: { campaignId: string } | { aidGroupId: string } | { fundId: bigint },
): Promise<PublicNotice[]> {
  const rows = await db().campaignHold.findMany({
    where: {
      ...about,
      OR: [{ status: { in: ['held', 'choosing'] } }, { outcome: { in: ['redirected', 'refunded'] } }],
    },
    include: {
      aidGroup: { select: { name: true, publicAlias: true } },
      alternateAidGroup: { select: { name: true, publicAlias: true } },
      campaign: { select: { _count: { select: { aidGroups: true } } } },
    },
    orderBy: { openedAt: 'desc' },
  })
  const notices = rows.map(({ aidGroup, alternateAidGroup: alternate, campaign, ...hold }) =>
    noticeOf({
      ...hold,
      groupName: aidGroup.publicAlias ?? aidGroup.name,
      alternateName: alternate && (alternate.publicAlias ?? alternate.name),
      isOnlyGroup: 'aidGroupId' in about || campaign._count.aidGroups === 1,
    }),
  )
  // A group's own page says each thing once, whatever number of campaigns it concerns.
  return notices.filter((notice, index) => notices.findIndex(({ sentence }) => sentence === notice.sentence) === index)
}

const day = (at: Date | null) => at?.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' }) ?? ''

function noticeOf(hold: Hold): PublicNotice {
  const group = hold.isOnlyGroup ? 'this group' : hold.groupName
  const facts = { holdId: hold.id, aidGroupId: hold.aidGroupId }
  if (hold.status === 'held') {
    const sentence = `Payments to ${group} are on hold while its vetting is renewed. Your money is safe in the campaign’s fund.`
    return { ...facts, kind: 'held', since: hold.openedAt, sentence }
  }
  if (hold.redirectedAt !== null) {
    const sentence = `Since ${day(hold.redirectedAt)} this campaign is for ${hold.alternateName}, which it had named for this case. Givers who want the unspent part of their gift back get it back.`
    return { ...facts, kind: 'redirected', since: hold.redirectedAt, sentence }
  }
  if (hold.status === 'closed') {
    const sentence = 'Payments to the aid group have ended. What was not spent is given back to those who gave it.'
    return { ...facts, kind: 'refunded', since: hold.closedAt ?? hold.openedAt, sentence }
  }
  return { ...facts, ...choosingOf(hold, group) }
}

function choosingOf(hold: Hold, group: string): Pick<PublicNotice, 'kind' | 'since' | 'sentence'> {
  const { alternateName, choicesClosedAt, choiceUntil, openedAt } = hold
  const safe = 'The money is safe in the campaign’s fund.'
  const ended = `Payments to ${group} have ended. ${safe}`
  if (choicesClosedAt === null) {
    const choice = alternateName
      ? `Everyone whose gift is not spent yet got a mail and chooses until ${day(choiceUntil)}: on to ${alternateName}, or back.`
      : `What is not spent goes back to those who gave it, after ${day(choiceUntil)}.`
    return { kind: 'choosing', since: openedAt, sentence: `${ended} ${choice}` }
  }
  const next = alternateName
    ? `Givers have chosen. What they want back is refunded; the rest goes on to ${alternateName} as soon as it may be paid.`
    : 'It is going back to those who gave it.'
  return { kind: 'settling', since: choicesClosedAt, sentence: `${ended} ${next}` }
}

/** The aid group a campaign named for the case that the vetting of its own fails, under its public name. */
export async function publicAlternate(campaignId: string): Promise<{ name: string; slug: string } | null> {
  const { alternateAidGroup: group } = await db().campaign.findUniqueOrThrow({
    where: { id: campaignId },
    select: { alternateAidGroup: { select: { name: true, publicAlias: true, slug: true } } },
  })
  const page = group && (await findPublicAidGroup(group.slug))
  return page && { name: page.name, slug: page.slug }
}
