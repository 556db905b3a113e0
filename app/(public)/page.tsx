import type { Metadata } from 'next'
import { CampaignCard } from '#components/campaigns-public/campaign-card.tsx'
import { FiguresByCurrency } from '#components/reports/figures-by-currency.tsx'
import { Page } from '#components/shell/page.tsx'
import { Panel } from '#components/ui/card.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { listPublicCampaigns } from '#lib/campaigns/queries.ts'
import { campaignPurse } from '#lib/reports/build-purse.ts'
import { countDonors, federationFigures, figuresOfCampaigns } from '#lib/reports/queries.ts'

export const metadata: Metadata = { title: { absolute: 'Common Purse: give together, follow every cent' } }

const STEPS = [
  {
    title: 'You give',
    text: 'By card, in two steps, without an account. Your money goes into the fund of one campaign and each cent gets a number.',
  },
  {
    title: 'Two people agree',
    text: 'One asks for money for an aid group that was vetted; another approves. From then on it is promised, and nobody can promise it twice.',
  },
  {
    title: 'It is sent',
    text: 'A treasurer wires it. The cents that were spent are written down with the line they paid for: flour, insulin, diesel.',
  },
  {
    title: 'You see what it bought',
    text: 'The aid group says that it arrived and shows what it bought. Your receipt tells where your own cents are.',
  },
]

export default async function HomePage() {
  const [all, totals, donorCount] = await Promise.all([
    listPublicCampaigns(),
    federationFigures(),
    countDonors({ kind: 'federation' }),
  ])
  const live = all.filter(({ status }) => status === 'live')
  const [figures, purses] = await Promise.all([
    figuresOfCampaigns(live.map(({ id }) => id)),
    Promise.all(live.map(async (campaign) => [campaign.id, await campaignPurse(campaign)] as const)),
  ])
  const purseOf = new Map(purses)
  return (
    <Page
      title="Give together to people who were checked, and follow every cent"
      lead="Chapters of a mutual-aid federation raise money and send it to vetted humanitarian and medical aid groups, straight from people to people."
    >
      <div className="flex flex-wrap gap-4">
        <LinkButton href="/campaigns" size="large">
          See the campaigns
        </LinkButton>
        <LinkButton href="/ledger" size="large" variant="secondary">
          Read the books
        </LinkButton>
      </div>
      <Panel id="open" title="Open campaigns" aside={<a href="/campaigns">All campaigns</a>}>
        {live.length === 0 ? (
          <EmptyState title="No campaign is open now">The next one appears here.</EmptyState>
        ) : (
          <ul className={classNames('grid gap-6 md:grid-cols-2', live.length > 2 && 'lg:grid-cols-3')}>
            {live.map((campaign) => {
              const own = figures.get(campaign.id)
              return own ? (
                <li key={campaign.id} className="grid">
                  <CampaignCard campaign={campaign} figures={own} purse={purseOf.get(campaign.id) ?? []} />
                </li>
              ) : null
            })}
          </ul>
        )}
      </Panel>
      <Panel
        id="totals"
        title="The whole federation, in the open"
        aside={<a href="/ledger">The ledger behind these figures</a>}
        intro="Summed from the ledger a moment ago. Gifts do not contain covered fees and tips."
      >
        <FiguresByCurrency figures={totals} donorCount={donorCount} />
      </Panel>
      <Panel id="how" title="How a gift travels">
        <ol className="grid gap-x-10 gap-y-6 sm:grid-cols-2 lg:grid-cols-4">
          {STEPS.map(({ title, text }, position) => (
            <li key={title} className="flex flex-col gap-1 border-t border-rule pt-3">
              <span aria-hidden="true" className="figures font-serif text-2xl font-semibold text-green">
                {position + 1}
              </span>
              <h3>{title}</h3>
              <p>{text}</p>
            </li>
          ))}
        </ol>
      </Panel>
    </Page>
  )
}
