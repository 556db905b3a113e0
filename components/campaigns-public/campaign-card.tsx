import { AID_CATEGORY_LABEL } from '#components/purse/aid-category.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Card } from '#components/ui/card.tsx'
import type { PublicCampaignCard } from '#lib/campaigns/types.ts'
import type { Figures } from '#lib/reports/types.ts'
import { STATUS_TONE, STATUS_WORD } from './campaign-state.tsx'
import { GoalProgress } from './goal-progress.tsx'

export type CampaignCardProps = { campaign: PublicCampaignCard; figures: Figures; headingLevel?: 2 | 3 }

/** A campaign in a list: what for, how far, where. */
export function CampaignCard({ campaign, figures, headingLevel = 3 }: CampaignCardProps) {
  const { slug, title, summary, status, chapterName, categories, coverFileId, coverAlt } = campaign
  return (
    <Card
      title={title}
      href={`/campaigns/${slug}`}
      headingLevel={headingLevel}
      kicker={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge tone={STATUS_TONE[status]}>{STATUS_WORD[status]}</Badge>
          {chapterName}
        </span>
      }
      footer={<span className="text-ink-soft">{categories.map((one) => AID_CATEGORY_LABEL[one]).join(' · ')}</span>}
    >
      {coverFileId ? (
        <img
          src={`/files/${coverFileId}`}
          alt={coverAlt ?? ''}
          loading="lazy"
          className="aspect-video w-full rounded-sm bg-sunk object-cover"
        />
      ) : null}
      <p>{summary}</p>
      <GoalProgress raisedMinor={figures.raisedMinor} goalMinor={campaign.goalMinor} currency={campaign.currency} />
    </Card>
  )
}
