import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { canLetGo, silentChoice } from './policy.ts'
import { readOpen } from './read-open.ts'
import { hashChoiceToken } from './sign-link.ts'
import type { Choice, ChoicePage } from './types.ts'

/** What the link in a giver's mail shows, or null for a link that leads nowhere. Nothing in it says who the giver is. */
export async function readChoicePage(token: string): Promise<ChoicePage | null> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null
  const rows = await db().donorChoice.findMany({
    where: { tokenHash: hashChoiceToken(token) },
    include: {
      refund: { select: { ownMinor: true, otherMinor: true, status: true } },
      settledRefund: { select: { amountMinor: true } },
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
    atStakeMinor: sumOf(rows, ({ atStakeMinor }) => atStakeMinor),
    alternate: alternate && { name: alternate.publicAlias ?? alternate.name, slug: alternate.slug },
    isOpen: hold.status === 'choosing' && hold.choicesClosedAt === null && choiceUntil > now(),
    choice: choice as Choice | null,
    silent: silentChoice(hold),
    hasOffline: rows.some(({ donation }) => donation.chargeId === null),
    hasPledge: rows.some(isMonthly),
    refundedMinor: sumOf(rows, ({ refund }) =>
      refund?.status === 'succeeded' ? refund.ownMinor + refund.otherMinor : 0n,
    ),
    givenBackMinor: sumOf(rows, ({ settledRefund }) => settledRefund?.amountMinor ?? 0n),
    cameBackMinor: await cameBackMinor(hold, rows),
    canLetGo: canLetGo(hold),
    letGoMinor: sumOf(rows, ({ settledHow, atStakeMinor }) => (settledHow === 'redirected' ? atStakeMinor : 0n)),
  }
}

function sumOf<Row>(rows: readonly Row[], minorOf: (row: Row) => bigint): bigint {
  return rows.reduce((sum, row) => sum + minorOf(row), 0n)
}

/** What came back of these refunds and nobody has decided about since. */
async function cameBackMinor(
  hold: { id: string; fundId: bigint; choicesClosedAt: Date | null },
  rows: readonly { id: string }[],
): Promise<bigint> {
  if (hold.choicesClosedAt === null) return 0n
  const ids = new Set(rows.map(({ id }) => id))
  const { byHand } = await readOpen(db(), hold)
  return sumOf(
    byHand.filter(({ choiceId, isFailed }) => isFailed && ids.has(choiceId)),
    ({ minor }) => minor,
  )
}
