import type { Metadata } from 'next'
import { CampaignFields } from '#components/campaigns/campaign-fields.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { refuseEdit } from '#lib/campaigns/policy.ts'
import { findCampaign } from '#lib/campaigns/queries.ts'
import { BUDGET_ROWS, campaignCurrencies } from '#lib/campaigns/schema.ts'
import { now } from '#lib/clock.ts'
import { listChoices } from '#lib/vetting/queries.ts'
import { currentOrganizer, foundOr404, OrganizerDesk } from '../../../../organizer-desk.tsx'
import { save } from '../../actions.ts'
import { valuesOf } from '../../read-campaign-form.ts'

export const metadata: Metadata = { title: 'Edit a draft' }

type Props = { params: Promise<{ id: string }> }

export default async function EditCampaignPage({ params }: Props) {
  const { id } = await params
  const actor = await currentOrganizer(`/organizer/campaigns/${id}/edit`)
  const campaign = await foundOr404(findCampaign(actor, id))
  const refusal = refuseEdit(actor, campaign)
  const page = `/organizer/campaigns/${campaign.id}`
  return (
    <OrganizerDesk
      title={`Edit “${campaign.title}”`}
      current="/organizer"
      crumbs={[
        { label: 'Campaigns', href: '/organizer' },
        { label: campaign.title, href: page },
      ]}
    >
      {refusal ? (
        <Alert kind="attention" title="It cannot be edited now">
          <p>
            {refusal.message} <a href={page}>Back to the campaign</a>
          </p>
        </Alert>
      ) : (
        <ActionForm
          action={save}
          submitLabel="Save draft"
          beside={<a href={page}>Leave it as it was</a>}
          className="flex max-w-[46rem] flex-col gap-8"
          label="Edit campaign"
        >
          <HiddenField name="campaignId" value={campaign.id} />
          <HiddenField name="version" value={String(campaign.version)} />
          <CampaignFields
            values={valuesOf(campaign)}
            choices={await listChoices(campaign.chapterId)}
            currencies={[...new Set([campaign.currency, ...campaignCurrencies])]}
            budgetRows={BUDGET_ROWS}
            deadlineMin={now().toISOString().slice(0, 10)}
          />
        </ActionForm>
      )}
    </OrganizerDesk>
  )
}
