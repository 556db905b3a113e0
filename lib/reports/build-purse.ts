import type { AidCategory } from '#lib/campaigns/types.ts'
import { db } from '#lib/db/client.ts'
import { findPublished } from '#lib/disbursements/find-published.ts'
import { DETAILS_LATER } from '#lib/disbursements/states.ts'
import { type PurseSegment as Cents, purseLine } from '#lib/ledger/build-purse-line.ts'
import type { OutflowKind } from '#lib/ledger/types.ts'

/** A range of a fund's numbered cents and what became of it, in words for everybody. */
export type PurseStretch = {
  fromCent: bigint
  toCent: bigint
  amountMinor: bigint
  state: 'spent' | 'promised' | 'left'
  category: AidCategory | undefined
  label: string | undefined
  href: string | undefined
  /** What took these cents was no payment: a fee, a refund, an exchange. */
  isOther: boolean
}

type Line = { id: string; category: AidCategory | undefined; label: string; href: string; amountMinor: bigint }

const STRETCHES_MAX = 60

/** What took cents that no disbursement line took. */
const OTHER_USE: Record<OutflowKind, string> = {
  disbursement: 'Several lines',
  transfer_fee: 'Bank’s fee',
  refund: 'Refunded to donors',
  dispute: 'Taken back by a donor’s bank',
  dispute_fee: 'Fee for a disputed gift',
  stripe_fee: 'Fee of Stripe',
  exchange_loss: 'Lost by exchange',
  exchange: 'Exchanged into the currency it is sent in',
  interfund: 'Moved to another fund',
  reversal: 'Corrected',
}

/**
 * A campaign's purse line: its cents in the order they came, each stretch with the disbursement line that spent it or
 * the disbursement it is promised to. Promised cents are dealt in the order of approval, as the ledger will spend them.
 * A payment that is not public yet is one stretch without its lines.
 */
export async function campaignPurse(campaign: { fundId: bigint; slug: string }): Promise<PurseStretch[]> {
  const [cents, lines] = await Promise.all([
    purseLine(db(), campaign.fundId, { maxSegments: STRETCHES_MAX }),
    linesOf(campaign),
  ])
  const spent = new Map(lines.sent.map((line) => [line.id, line]))
  const waiting = lines.approved.map((line) => ({ ...line }))
  const stretches = cents.flatMap((stretch) => {
    if (stretch.state === 'promised') return dealPromised(stretch, waiting)
    const line = stretch.lineId === null ? undefined : spent.get(stretch.lineId)
    const other = stretch.kind === null ? undefined : OTHER_USE[stretch.kind]
    const { lineId: _, kind: __, ...range } = stretch
    const isOther = stretch.kind !== null && stretch.kind !== 'disbursement'
    return [{ ...range, category: line?.category, label: line?.label ?? other, href: line?.href, isOther }]
  })
  return joinUnpublished(stretches)
}

/** Where one line of a payment ends and the next begins is not public before the rest of it. */
function joinUnpublished(stretches: readonly PurseStretch[]): PurseStretch[] {
  const joined: PurseStretch[] = []
  for (const stretch of stretches) {
    const last = joined.at(-1)
    const isSame = last?.href === stretch.href && last?.state === stretch.state && last.toCent === stretch.fromCent
    if (last && isSame && stretch.label === DETAILS_LATER) {
      last.toCent = stretch.toCent
      last.amountMinor += stretch.amountMinor
    } else joined.push({ ...stretch })
  }
  return joined
}

/** Takes from the front of `waiting` what this stretch of promised cents covers. */
function dealPromised(stretch: Cents, waiting: Line[]): PurseStretch[] {
  const dealt: PurseStretch[] = []
  let { fromCent } = stretch
  let leftMinor = stretch.amountMinor
  while (leftMinor > 0n) {
    const line = waiting[0]
    const amountMinor = line && line.amountMinor < leftMinor ? line.amountMinor : leftMinor
    leftMinor -= amountMinor
    const toCent = leftMinor === 0n ? stretch.toCent : fromCent + amountMinor
    const named = { category: line?.category, label: line?.label, href: line?.href }
    dealt.push({ fromCent, toCent, amountMinor, state: 'promised', isOther: false, ...named })
    fromCent = toCent
    if (!line) break
    line.amountMinor -= amountMinor
    if (line.amountMinor === 0n) waiting.shift()
  }
  return dealt
}

async function linesOf(campaign: { fundId: bigint; slug: string }): Promise<{ sent: Line[]; approved: Line[] }> {
  const disbursements = await db().disbursement.findMany({
    where: { fundId: campaign.fundId, status: { in: ['approved', 'released', 'confirmed'] } },
    orderBy: [{ encumbranceEntryId: 'asc' }],
    select: {
      ...{ id: true, number: true, status: true, amountMinor: true },
      aidGroup: { select: { name: true, publicAlias: true, publishAfterDays: true } },
      lines: {
        orderBy: { position: 'asc' },
        select: { id: true, category: true, description: true, amountMinor: true },
      },
    },
  })
  const published = await findPublished(
    db(),
    disbursements.map(({ id }) => id),
  )
  const nameOf = ({ aidGroup }: (typeof disbursements)[number]) => aidGroup.publicAlias ?? aidGroup.name
  const sent = disbursements.filter(({ status }) => status !== 'approved')
  const approved = disbursements.filter(({ status }) => status === 'approved')
  return {
    sent: sent.flatMap((disbursement) =>
      disbursement.lines.map(({ id, category, description, amountMinor }) => ({
        ...{ id, amountMinor, href: `#disbursement-${disbursement.number}` },
        ...(published.has(disbursement.id)
          ? { category, label: `${description}, ${nameOf(disbursement)}` }
          : { category: undefined, label: DETAILS_LATER }),
      })),
    ),
    approved: approved.map((disbursement) => ({
      ...{ id: disbursement.id, amountMinor: disbursement.amountMinor, category: undefined },
      href: `#disbursement-${disbursement.number}`,
      label: disbursement.aidGroup.publishAfterDays === 0 ? `${DETAILS_LATER}, ${nameOf(disbursement)}` : DETAILS_LATER,
    })),
  }
}
