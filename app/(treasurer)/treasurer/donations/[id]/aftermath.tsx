import { DISPUTE_TONE, REFUND_LABEL, REFUND_TONE } from '#components/donations/gift-state.tsx'
import { Badge, StatusSentence } from '#components/ui/badge.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { Money } from '#components/ui/money.tsx'
import type { DisputeView, GiftView, RefundView } from '#lib/donations/find-gift.ts'
import { REFUND_SENTENCE } from '#lib/donations/states.ts'
import { formatMoney } from '#lib/money/format.ts'
import { Bearers } from './bearers.tsx'
import { CameBack } from './hand-refund-panel.tsx'

/** Each refund with its state, where it came from and who bears it. */
export function RefundsPanel({ gift }: { gift: GiftView }) {
  if (gift.refunds.length === 0) return null
  return (
    <Panel id="refunds" title="Refunds">
      <ol className="flex flex-col gap-8">
        {gift.refunds.map((refund) => (
          <li key={refund.id} className="flex flex-col gap-3">
            <RefundFacts refund={refund} fundCurrency={gift.settledCurrency} />
            {gift.mayRefund && refund.origin === 'hand' && refund.status === 'succeeded' ? (
              <CameBack refund={refund} donationId={gift.id} />
            ) : null}
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function RefundFacts({ refund, fundCurrency }: { refund: RefundView; fundCurrency: string }) {
  const { status, amountMinor, currency } = refund
  const isByHand = refund.origin === 'hand'
  const hasMoved = refund.balanceTransactionId !== null || (isByHand && status === 'succeeded')
  const items = [
    { term: isByHand ? 'Written down' : 'On', detail: <DateTime at={refund.createdAt} show="minute" /> },
    { term: 'Given back on', detail: refund.paidOn && <DateTime at={refund.paidOn} /> },
    { term: 'Out of', detail: isByHand ? (refund.paidFromBank === null ? 'The cash box' : 'The bank') : null },
    { term: 'Reference', detail: refund.paidReference },
    { term: 'From', detail: originOf(refund) },
    { term: 'Why', detail: refund.reason },
    { term: isByHand ? 'Put back because' : 'Stripe says', detail: refund.failureReason },
    { term: 'At Stripe', detail: refund.stripeId },
  ]
  return (
    <>
      <h3>{formatMoney(amountMinor, currency, { showCode: true })}</h3>
      <StatusSentence tone={REFUND_TONE[status]} state={REFUND_LABEL[status]}>
        {isByHand ? HAND_SENTENCE[status === 'failed' ? 'failed' : 'succeeded'] : REFUND_SENTENCE[status]}
      </StatusSentence>
      <DefinitionList items={items.filter(({ detail }) => detail !== null)} />
      {hasMoved ? <Bearers bearers={refund} currency={fundCurrency} /> : null}
    </>
  )
}

const HAND_SENTENCE = {
  succeeded: 'It was given back without Stripe.',
  failed: 'It came back, or was never given back. The money is in the fund.',
} as const

function originOf({ origin, requestedBy }: RefundView): string {
  if (origin === 'hand') return `A treasurer, by hand: ${requestedBy ?? 'somebody'}`
  if (origin === 'choice') return 'The giver’s own choice, after an aid group’s vetting had failed'
  return origin === 'desk' ? `This desk, by ${requestedBy ?? 'somebody'}` : 'Stripe’s own dashboard'
}

/** Each dispute with its deadline, the sentence of its state, what left and came back, and who bears it. */
export function DisputesPanel({ gift }: { gift: GiftView }) {
  if (gift.disputes.length === 0) return null
  return (
    <Panel
      id="disputes"
      title="Disputes"
      intro="A donor’s bank asks for the money. Evidence is sent in Stripe’s dashboard."
    >
      <ol className="flex flex-col gap-8">
        {gift.disputes.map((dispute) => (
          <li key={dispute.id} className="flex flex-col gap-3">
            <DisputeFacts dispute={dispute} fundCurrency={gift.settledCurrency} />
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function DisputeFacts({ dispute, fundCurrency }: { dispute: DisputeView; fundCurrency: string }) {
  const money = (amountMinor: bigint) => <Money amountMinor={amountMinor} currency={fundCurrency} showCode />
  const items = [
    { term: 'Opened', detail: <DateTime at={dispute.openedAt} show="minute" /> },
    { term: 'Why', detail: dispute.reason.replaceAll('_', ' ') },
    { term: 'Evidence', detail: <Deadline dispute={dispute} /> },
    { term: 'Taken', detail: dispute.withdrawnMinor > 0n ? money(-dispute.withdrawnMinor) : null },
    { term: 'Given back', detail: dispute.reinstatedMinor > 0n ? money(dispute.reinstatedMinor) : null },
    { term: 'Fee for the dispute', detail: dispute.feeMinor === 0n ? null : money(-dispute.feeMinor) },
    { term: 'At Stripe', detail: dispute.stripeId },
  ]
  return (
    <>
      <h3>{formatMoney(dispute.amountMinor, dispute.currency, { showCode: true })}</h3>
      <StatusSentence tone={DISPUTE_TONE[dispute.stage]} state={dispute.label}>
        {dispute.sentence}
      </StatusSentence>
      <DefinitionList items={items.filter(({ detail }) => detail !== null)} />
      {dispute.withdrawnMinor > 0n ? <Bearers bearers={dispute} currency={fundCurrency} /> : null}
    </>
  )
}

function Deadline({ dispute: { dueBy, pastDue, evidenceSent, stage } }: { dispute: DisputeView }) {
  if (evidenceSent) return pastDue ? 'Sent, after the deadline' : 'Sent'
  if (dueBy === null) return 'None is taken'
  if (stage !== 'open' && stage !== 'inquiry') return 'None was sent'
  return (
    <>
      <Badge tone="attention">Due</Badge> by <DateTime at={dueBy} show="minute" />
    </>
  )
}
