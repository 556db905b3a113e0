import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { GiftState } from '#components/donations/gift-state.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import type { UserActor } from '#lib/auth/types.ts'
import { findGift, type GiftView } from '#lib/donations/find-gift.ts'
import { previewRefund, type RefundPreview } from '#lib/donations/preview-refund.ts'
import { AppError, type FieldErrors } from '#lib/errors.ts'
import { newToken } from '#lib/ids.ts'
import { formatMoney } from '#lib/money/format.ts'
import { deskTreasurer } from '../desk-treasurer.ts'
import { DisputesPanel, RefundsPanel } from './aftermath.tsx'
import { GiftEntries, GiftFacts } from './gift-facts.tsx'
import { HandRefundPanel } from './hand-refund-panel.tsx'
import { ReceiptPanel } from './receipt-panel.tsx'
import { RefundPanel } from './refund-panel.tsx'

export const metadata: Metadata = { title: 'Gift' }

type PageProps = {
  params: Promise<{ id: string }>
  searchParams: Promise<{ done?: string; refund?: string | string[] }>
}

const PATH = '/treasurer/donations'
const DONE: Readonly<Record<string, string>> = {
  refund: 'Stripe has it. Below is what it did to the books.',
  hand: 'Written down. Below is what it did to the books; the receipt is corrected.',
  back: 'The money is in the fund again; both entries stay in the books.',
}

export default async function GiftPage({ params, searchParams }: PageProps) {
  const { id } = await params
  const actor = await deskTreasurer(`${PATH}/${id}`)
  const gift = await findGift(actor, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  })
  const { done, refund } = await searchParams
  const typed = typeof refund === 'string' ? refund : undefined
  const { preview, fieldErrors } = await previewOf(actor, gift, typed)
  return (
    <TreasurerDesk
      title={`Gift of ${formatMoney(gift.totalMinor, gift.currency)} to ${gift.campaignTitle}`}
      chapters={[gift.chapterName]}
      current={PATH}
      crumbs={[{ label: 'Gifts', href: PATH }]}
      status={<State gift={gift} />}
    >
      {done && DONE[done] ? <Alert kind="done">{DONE[done]}</Alert> : null}
      <Owed gift={gift} />
      <DisputesPanel gift={gift} />
      <RefundsPanel gift={gift} />
      <Panel id="facts" title="Facts">
        <GiftFacts gift={gift} />
        {gift.donorId === null ? null : (
          <p className="mt-4">
            <a href={`${PATH}?donor=${gift.donorId}`}>All gifts of this donor to your chapters</a>
          </p>
        )}
      </Panel>
      <Panel
        id="entries"
        title="In the books"
        intro="What each entry did to the money of each fund. Nothing in it is ever changed."
      >
        <GiftEntries entries={gift.entries} />
      </Panel>
      {gift.status === 'settled' && gift.mayRefund ? <ReceiptPanel donationId={gift.id} /> : null}
      {gift.mayRefund && gift.byHand !== null ? <HandRefundPanel gift={gift} /> : null}
      {gift.mayRefund && gift.byHand === null ? (
        <RefundPanel gift={gift} typed={typed} preview={preview} fieldErrors={fieldErrors} submissionKey={newToken()} />
      ) : null}
    </TreasurerDesk>
  )
}

type Previewed = { preview: RefundPreview | null; fieldErrors: FieldErrors }

async function previewOf(actor: UserActor, gift: GiftView, typed: string | undefined): Promise<Previewed> {
  if (typed === undefined || !gift.mayRefund || gift.refundableMinor === 0n) return { preview: null, fieldErrors: {} }
  try {
    return { preview: await previewRefund(actor, { donationId: gift.id, amount: typed }), fieldErrors: {} }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { preview: null, fieldErrors: { amount: error.fieldErrors['amount'] ?? [error.message] } }
  }
}

function State({ gift }: { gift: GiftView }) {
  const refunded = gift.refunds.filter(({ status }) => !['requested', 'refused', 'failed', 'canceled'].includes(status))
  const refundedMinor = refunded.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  return (
    <p className="max-w-prose leading-7">
      <GiftState {...gift} refundedMinor={refundedMinor} dispute={gift.disputes.at(-1) ?? null} />
    </p>
  )
}

/** What the chapter owes a fund of this gift stops everything that would leave it. */
function Owed({ gift }: { gift: GiftView }) {
  return gift.funds
    .filter((fund) => fund.receivableMinor > 0n)
    .map((fund) => (
      <Alert
        key={String(fund.fundId)}
        kind="attention"
        title={`The chapter owes ${fund.name} ${formatMoney(fund.receivableMinor, fund.currency)}`}
      >
        <p>Money that was already spent went back. Nothing leaves this fund until the chapter has paid.</p>
      </Alert>
    ))
}
