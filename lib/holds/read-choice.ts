import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { silentChoice } from './policy.ts'
import { hashChoiceToken } from './sign-link.ts'
import type { Choice, ChoicePage } from './types.ts'

/** What the link in a giver's mail shows, or null for a link that leads nowhere. Nothing in it says who the giver is. */
export async function readChoicePage(token: string): Promise<ChoicePage | null> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null
  const rows = await db().donorChoice.findMany({
    where: { tokenHash: hashChoiceToken(token) },
    include: {
      refund: { select: { ownMinor: true, otherMinor: true, status: true } },
      donation: { select: { chargeId: true, pledge: { select: { kind: true, status: true } } } },
      hold: {
        include: {
          campaign: { select: { title: true, slug: true, chapter: { select: { name: true } } } },
          alternateAidGroup: { select: { name: true, publicAlias: true, slug: true } },
        },
      },
    },
  })
  const [row] = rows
  const choiceUntil = row?.hold.choiceUntil ?? null
  if (!row || choiceUntil === null) return null
  const { hold, choice, defaulted } = row
  const { campaign, alternateAidGroup: alternate } = hold
  const isMonthly = ({ donation }: (typeof rows)[number]) =>
    donation.pledge.kind === 'monthly' && ['active', 'past_due', 'paused'].includes(donation.pledge.status)
  return {
    ...{ campaignTitle: campaign.title, campaignSlug: campaign.slug, chapterName: campaign.chapter.name },
    ...{ currency: hold.currency, giftCount: rows.length, until: choiceUntil, defaulted },
    atStakeMinor: rows.reduce((sum, { atStakeMinor }) => sum + atStakeMinor, 0n),
    alternate: alternate && { name: alternate.publicAlias ?? alternate.name, slug: alternate.slug },
    isOpen: hold.status === 'choosing' && hold.choicesClosedAt === null && choiceUntil > now(),
    choice: choice as Choice | null,
    silent: silentChoice(hold),
    hasOffline: rows.some(({ donation }) => donation.chargeId === null),
    hasPledge: rows.some(isMonthly),
    refundedMinor: rows.reduce(
      (sum, { refund }) => sum + (refund?.status === 'succeeded' ? refund.ownMinor + refund.otherMinor : 0n),
      0n,
    ),
  }
}
