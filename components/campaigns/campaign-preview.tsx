import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { Money } from '#components/ui/money.tsx'
import type { CampaignForDesk } from '#lib/campaigns/types.ts'
import { BudgetTable } from './budget-table.tsx'
import { RichText } from './rich-text.tsx'
import { SURPLUS_RULE_EXPLANATION } from './surplus-rule.ts'

/** Everything donors will see of a campaign, for those who check it before. */
export function CampaignPreview({ campaign }: { campaign: CampaignForDesk }) {
  const { coverFileId, coverAlt, currency } = campaign
  return (
    <div className="flex flex-col gap-6">
      <p className="max-w-prose text-lg">{campaign.summary}</p>
      {coverFileId ? (
        <img src={`/files/${coverFileId}`} alt={coverAlt ?? ''} className="max-h-96 max-w-full border border-rule" />
      ) : (
        <p className="text-ink-soft">Without a picture.</p>
      )}
      <DefinitionList
        items={[
          { term: 'Goal', detail: <Money amountMinor={campaign.goalMinor} currency={currency} showCode /> },
          {
            term: 'Last day for gifts',
            detail: campaign.deadline ? <DateTime at={campaign.deadline} /> : 'None: it runs until it is closed.',
          },
          { term: 'Also takes gifts in', detail: campaign.alsoCurrency ?? 'No other currency.' },
          { term: 'Aid groups', detail: <AidGroups groups={campaign.aidGroups} /> },
          {
            term: 'If its vetting fails',
            detail: campaign.alternate
              ? `Unspent money goes on to ${campaign.alternate.name}, or back to donors who want it.`
              : 'Unspent money goes back to those who gave it.',
          },
          { term: 'Money that is left', detail: SURPLUS_RULE_EXPLANATION[campaign.surplusRule] },
        ]}
      />
      <RichText safeHtml={campaign.storyHtml} />
      <BudgetTable lines={campaign.budget} currency={currency} captionHidden={false} />
    </div>
  )
}

function AidGroups({ groups }: { groups: CampaignForDesk['aidGroups'] }) {
  if (groups.length === 0) return 'None chosen yet.'
  return (
    <ul>
      {groups.map(({ id, name, unavailable }) => (
        <li key={id}>
          {name}
          {unavailable ? <span className="text-marigold-ink"> ({unavailable})</span> : null}
        </li>
      ))}
    </ul>
  )
}
