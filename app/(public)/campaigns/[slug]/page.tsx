import type { Metadata } from 'next'
import { cache } from 'react'
import { BudgetTable } from '#components/campaigns-public/budget-table.tsx'
import { CampaignState } from '#components/campaigns-public/campaign-state.tsx'
import { CampaignStory } from '#components/campaigns-public/campaign-story.tsx'
import { DisbursementList } from '#components/campaigns-public/disbursement-list.tsx'
import { DonorList } from '#components/campaigns-public/donor-list.tsx'
import { GivePanel } from '#components/campaigns-public/give-panel.tsx'
import { RecipientList } from '#components/campaigns-public/recipient-list.tsx'
import { UpdateList } from '#components/campaigns-public/update-list.tsx'
import { AlternateNote } from '#components/holds/alternate-note.tsx'
import { HoldNotices } from '#components/holds/hold-notices.tsx'
import { PurseLine } from '#components/purse/purse-line.tsx'
import { LedgerTable } from '#components/reports/ledger-table.tsx'
import { Page } from '#components/shell/page.tsx'
import { Panel } from '#components/ui/card.tsx'
import { findPublicCampaign } from '#lib/campaigns/queries.ts'
import { now } from '#lib/clock.ts'
import { listPublishedDisbursements } from '#lib/disbursements/list-published.ts'
import { closedReason } from '#lib/donations/policy.ts'
import { publicGifts } from '#lib/donations/queries.ts'
import { publicAlternate, publicNotices } from '#lib/holds/list-notices.ts'
import { campaignPurse } from '#lib/reports/build-purse.ts'
import { listEntries } from '#lib/reports/list-entries.ts'
import { campaignFigures } from '#lib/reports/queries.ts'
import { nothingHere } from '../../nothing-here.ts'
import { jsonLd } from './json-ld.ts'

type Props = { params: Promise<{ slug: string }> }

const GIFTS_SHOWN = 24
const ENTRIES_SHOWN = 10

/** One look at the database for the head and the body of the page. */
const load = cache(async (slug: string) => {
  const campaign = await findPublicCampaign(slug)
  const figures = campaign && (await campaignFigures(campaign.id))
  return campaign && figures ? { campaign, figures } : null
})

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug } = await params
  const found = await load(slug)
  if (!found) return { title: 'Not found' }
  const { title, summary } = found.campaign
  const image = { url: `/campaigns/${slug}/preview.png`, width: 1200, height: 630, alt: `${title}: where the money is` }
  return {
    title,
    description: summary,
    alternates: { canonical: `/campaigns/${slug}` },
    openGraph: { type: 'website', title, description: summary, url: `/campaigns/${slug}`, images: [image] },
    twitter: { card: 'summary_large_image', images: [image] },
  }
}

export default async function CampaignPage({ params }: Props) {
  const { slug } = await params
  const found = await load(slug)
  if (!found) nothingHere()
  const { campaign, figures } = found
  const [purse, disbursements, gifts, ledger, notices, alternate] = await Promise.all([
    campaignPurse(campaign),
    listPublishedDisbursements(campaign.id),
    publicGifts(campaign.id, { limit: GIFTS_SHOWN }),
    listEntries({ fundIds: [campaign.fundId] }, { forDesk: false }),
    publicNotices({ campaignId: campaign.id }),
    publicAlternate(campaign.id),
  ])
  const { title, currency, summary } = campaign
  const reason = closedReason(campaign, now())
  return (
    <Page title={title} lead={summary} crumbs={[{ label: 'Campaigns', href: '/campaigns' }]}>
      <CampaignState {...campaign} leftMinor={figures.leftMinor} isOver={reason !== null} />
      <HoldNotices notices={notices} />
      <CampaignStory campaign={campaign}>
        <GivePanel campaign={campaign} figures={figures} closedReason={reason} />
      </CampaignStory>
      <Panel
        id="where-the-money-is"
        title="Where the money is"
        intro="Each cent has a number, in the order it came, and is spent once. Fees are taken off first."
      >
        <PurseLine segments={purse} currency={currency} name={`${title}: where the money is`} />
      </Panel>
      <Panel id="aid-groups" title={campaign.aidGroups.length === 1 ? 'Who it goes to' : 'Whom it goes to'}>
        <RecipientList aidGroups={campaign.aidGroups} />
        <AlternateNote alternate={alternate} />
      </Panel>
      <Panel id="disbursements" title="What was sent">
        <DisbursementList disbursements={disbursements} />
      </Panel>
      <Panel id="budget" title="The plan, and what became of it">
        <BudgetTable budget={campaign.budget} disbursements={disbursements} currency={currency} />
      </Panel>
      <Panel id="updates" title="News">
        <UpdateList updates={campaign.updates} />
      </Panel>
      <Panel id="donors" title="Who gave">
        <DonorList gifts={gifts} donorCount={figures.donorCount} />
      </Panel>
      <Panel
        id="ledger"
        title="The ledger of this campaign"
        aside={<a href={`/ledger?campaign=${slug}`}>All entries</a>}
        intro="Every movement of its money, the newest first. Nothing in it is ever changed."
      >
        <LedgerTable caption={`Ledger of ${title}`} rows={ledger.rows.slice(0, ENTRIES_SHOWN)} showCode={false} />
      </Panel>
      {/* Data for search engines, which no browser runs. */}
      <script type="application/ld+json">{jsonLd(campaign, figures)}</script>
    </Page>
  )
}
