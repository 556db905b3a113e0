import type { ReactNode } from 'react'
import { LinkButton } from '#components/ui/link-button.tsx'
import { Money } from '#components/ui/money.tsx'
import type { PublicCampaign } from '#lib/campaigns/types.ts'
import type { CampaignFigures } from '#lib/reports/types.ts'
import { GoalProgress } from './goal-progress.tsx'

export type GivePanelProps = { campaign: PublicCampaign; figures: CampaignFigures; closedReason: string | null }

const COUNT = new Intl.NumberFormat('en')

/** The figures of a campaign and the way to give, or the reason why there is none now. */
export function GivePanel({ campaign, figures, closedReason }: GivePanelProps) {
  const { currency, goalMinor, slug } = campaign
  const { raisedMinor, keptMinor, sentMinor, promisedMinor, leftMinor, pledgedMinor, donorCount } = figures
  const { monthlyMinor, monthlyCount } = figures
  const feesMinor = figures.stripeFeesMinor + figures.disputeFeesMinor + figures.transferFeesMinor
  const backMinor = figures.refundedMinor + figures.disputedMinor
  const money = (amountMinor: bigint) => <Money amountMinor={amountMinor} currency={currency} />
  return (
    <section aria-label="Give" className="flex flex-col gap-4 rounded-md border border-rule bg-sheet p-5">
      <div>
        <p className="text-sm text-ink-soft">Raised</p>
        <p className="figures mb-2 font-serif text-2xl font-semibold">{money(keptMinor)}</p>
        <GoalProgress keptMinor={keptMinor} goalMinor={goalMinor} currency={currency} />
      </div>
      {closedReason === null ? (
        <LinkButton href={`/campaigns/${slug}/donate`} size="large">
          Give
        </LinkButton>
      ) : (
        <p className="border-l-6 border-edge bg-sunk px-4 py-3">{closedReason}</p>
      )}
      <dl className="border-t border-rule">
        <Row term="Given">{money(raisedMinor)}</Row>
        {backMinor > 0n ? <Row term="Back to donors">{money(-backMinor)}</Row> : null}
        <Row term="Covered fees, on top">{money(figures.coverMinor)}</Row>
        {figures.tipsMinor === 0n ? null : <Row term="Tips">{money(figures.tipsMinor)}</Row>}
        <Row term="Fees paid">{money(-feesMinor)}</Row>
        {figures.interfundMinor === 0n ? null : <Row term="From other funds">{money(figures.interfundMinor)}</Row>}
        {figures.exchangeMinor === 0n ? null : <Row term="By exchange">{money(figures.exchangeMinor)}</Row>}
        <Row term="Sent">{money(-sentMinor)}</Row>
        <Row term="Promised">{money(-promisedMinor)}</Row>
        <div className="mt-1 flex justify-between gap-4 border-t-2 border-ink py-1.5 font-semibold">
          <dt>Left</dt>
          <dd>{money(leftMinor)}</dd>
        </div>
        {pledgedMinor > 0n ? <Row term="Under way from donors’ banks">{money(pledgedMinor)}</Row> : null}
        {monthlyCount > 0 ? (
          <Row term={`Pledged a month, by ${COUNT.format(monthlyCount)}`}>{money(monthlyMinor)} a month</Row>
        ) : null}
        {figures.owedByChapterMinor > 0n ? (
          <Row term="Of it, owed by the chapter">{money(figures.owedByChapterMinor)}</Row>
        ) : null}
        <Row term="People who gave">
          <span className="figures">{COUNT.format(donorCount)}</span>
        </Row>
      </dl>
    </section>
  )
}

function Row({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4 border-b border-rule py-1.5 text-sm">
      <dt className="text-ink-soft">{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
