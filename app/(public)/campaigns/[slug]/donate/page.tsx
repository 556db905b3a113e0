import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { AlternateNote } from '#components/holds/alternate-note.tsx'
import { HoldNotices } from '#components/holds/hold-notices.tsx'
import { Page } from '#components/shell/page.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { givingView } from '#lib/donations/queries.ts'
import { readChoice } from '#lib/donations/read-choice.ts'
import { challengeFor } from '#lib/donations/read-defence.ts'
import type { GivingView } from '#lib/donations/types.ts'
import { publicAlternate, publicNotices } from '#lib/holds/list-notices.ts'
import { newToken } from '#lib/ids.ts'
import { GiftStep } from './gift-step.tsx'
import { GiverStep } from './giver-step.tsx'

type Props = {
  params: Promise<{ slug: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const campaign = await givingView((await params).slug)
  return { title: campaign ? `Give to ${campaign.title}` : 'Give' }
}

export default async function DonatePage({ params, searchParams }: Props) {
  const query = await searchParams
  const campaign = await givingView((await params).slug, query['currency'])
  if (!campaign) notFound()
  const crumbs = [{ label: campaign.title, href: `/campaigns/${campaign.slug}` }]
  if (campaign.closedReason !== null) return <ClosedPage campaign={campaign} crumbs={crumbs} />

  const notices = await publicNotices({ campaignId: campaign.campaignId })
  const choice = readChoice(campaign.currency, query)
  const goesOn = query['step'] === 'giver' && choice.amounts !== null
  return (
    <Page
      measure="text"
      crumbs={crumbs}
      title={goesOn ? 'Who gives?' : `Give to ${campaign.title}`}
      lead={
        goesOn
          ? `Step 2 of 2: your receipt for ${campaign.title}.`
          : `Step 1 of 2: how much. It goes to ${campaign.chapterName}’s purse for this campaign, and to nothing else.`
      }
    >
      <HoldNotices notices={notices} />
      {goesOn && choice.amounts ? (
        <GiverStep
          campaign={campaign}
          choice={choice}
          amounts={choice.amounts}
          submissionKey={newToken()}
          challenge={await challengeFor(campaign.campaignId)}
        />
      ) : (
        <>
          <GiftStep campaign={campaign} choice={choice} />
          <AlternateNote alternate={await publicAlternate(campaign.campaignId)} />
        </>
      )}
    </Page>
  )
}

async function ClosedPage({ campaign, crumbs }: { campaign: GivingView; crumbs: { label: string; href: string }[] }) {
  return (
    <Page measure="text" crumbs={crumbs} title={`Give to ${campaign.title}`}>
      <Alert kind="note">{campaign.closedReason}</Alert>
      <HoldNotices notices={await publicNotices({ campaignId: campaign.campaignId })} />
      <p>
        <LinkButton href="/campaigns">See the campaigns that are open</LinkButton>
      </p>
    </Page>
  )
}
