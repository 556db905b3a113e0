import { AID_CATEGORY_LABEL } from '#components/purse/aid-category.ts'
import { PurseLine } from '#components/purse/purse-line.tsx'
import type { PurseSegment } from '#components/purse/purse-segments.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Card } from '#components/ui/card.tsx'
import { Money } from '#components/ui/money.tsx'
import type { PublicCampaignCard } from '#lib/campaigns/types.ts'
import type { Figures } from '#lib/reports/types.ts'
import { STATUS_TONE, STATUS_WORD } from './campaign-state.tsx'
import { GoalProgress } from './goal-progress.tsx'

export type CampaignCardProps = {
  campaign: PublicCampaignCard
  figures: Figures
  purse?: readonly PurseSegment[]
  headingLevel?: 2 | 3
}

/** A campaign in a list: what for, how far, where. */
export function CampaignCard({ campaign, figures, purse = [], headingLevel = 3 }: CampaignCardProps) {
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
      <GoalProgress keptMinor={figures.keptMinor} goalMinor={campaign.goalMinor} currency={campaign.currency} />
      {purse.length > 0 ? (
        <div className="flex flex-col gap-1">
          <PurseLine
            segments={purse}
            currency={campaign.currency}
            name={`${title}: where the money is`}
            variant="compact"
          />
          <p className="text-sm">
            <Money amountMinor={figures.sentMinor} currency={campaign.currency} /> sent,{' '}
            <Money amountMinor={figures.promisedMinor} currency={campaign.currency} /> promised
          </p>
        </div>
      ) : null}
    </Card>
  )
}
