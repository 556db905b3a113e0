import type { Metadata } from 'next'
import { CampaignCard } from '#components/campaigns-public/campaign-card.tsx'
import { Page } from '#components/shell/page.tsx'
import { Panel } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { listPublicCampaigns } from '#lib/campaigns/queries.ts'
import type { PublicStatus } from '#lib/campaigns/types.ts'
import { figuresOfCampaigns } from '#lib/reports/queries.ts'

export const metadata: Metadata = {
  title: 'Campaigns',
  description: 'Every campaign of the federation: those that are open, and what became of those that ended.',
}

const SECTIONS: { status: PublicStatus; title: string; intro: string }[] = [
  { status: 'live', title: 'Open', intro: 'You can give now.' },
  { status: 'paused', title: 'Paused', intro: 'Gifts wait while the chapter looks into something.' },
  { status: 'closed', title: 'Closed', intro: 'No more gifts; what is left is being sent.' },
  { status: 'settled', title: 'Settled', intro: 'Everything was sent and the books are closed.' },
]

export default async function CampaignsPage() {
  const campaigns = await listPublicCampaigns()
  const figures = await figuresOfCampaigns(campaigns.map(({ id }) => id))
  return (
    <Page title="Campaigns" lead="Each one has its own fund: what you give here is spent on this and on nothing else.">
      {campaigns.length === 0 ? (
        <EmptyState title="No campaigns yet">The first one appears here when it opens.</EmptyState>
      ) : null}
      {SECTIONS.map(({ status, title, intro }) => {
        const own = campaigns.filter((campaign) => campaign.status === status)
        if (own.length === 0) return null
        return (
          <Panel key={status} id={status} title={title} intro={intro}>
            <ul className="grid gap-6 md:grid-cols-2 lg:grid-cols-3">
              {own.map((campaign) => {
                const totals = figures.get(campaign.id)
                return totals ? (
                  <li key={campaign.id} className="grid">
                    <CampaignCard campaign={campaign} figures={totals} />
                  </li>
                ) : null
              })}
            </ul>
          </Panel>
        )
      })}
    </Page>
  )
}
