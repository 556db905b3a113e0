import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { CampaignFields } from '#components/campaigns/campaign-fields.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { BUDGET_ROWS, campaignCurrencies } from '#lib/campaigns/schema.ts'
import { now } from '#lib/clock.ts'
import { listChaptersWith, listChoices } from '#lib/vetting/queries.ts'
import { currentOrganizer, OrganizerDesk } from '../../../organizer-desk.tsx'
import { create } from '../actions.ts'
import { emptyValues } from '../read-campaign-form.ts'

export const metadata: Metadata = { title: 'New campaign' }

type Props = { searchParams: Promise<{ chapter?: string }> }

export default async function NewCampaignPage({ searchParams }: Props) {
  const actor = await currentOrganizer('/organizer/campaigns/new')
  const chapters = await listChaptersWith(actor, 'organizer')
  const { chapter: wanted } = await searchParams
  const chapter = chapters.find(({ id }) => id === wanted) ?? chapters[0]
  if (!chapter) notFound()
  return (
    <OrganizerDesk title="New campaign" current="/organizer" crumbs={[{ label: 'Campaigns', href: '/organizer' }]}>
      <p>
        For <strong>{chapter.name}</strong>.
        {chapters
          .filter(({ id }) => id !== chapter.id)
          .map(({ id, name }) => (
            <span key={id}>
              {' '}
              <a href={`/organizer/campaigns/new?chapter=${id}`}>For {name} instead</a>.
            </span>
          ))}
      </p>
      <ActionForm
        action={create}
        submitLabel="Save draft"
        className="flex max-w-[46rem] flex-col gap-8"
        label="New campaign"
      >
        <HiddenField name="chapterId" value={chapter.id} />
        <CampaignFields
          values={emptyValues(chapter.currency)}
          choices={await listChoices(chapter.id)}
          currencies={campaignCurrencies}
          budgetRows={BUDGET_ROWS}
          deadlineMin={now().toISOString().slice(0, 10)}
        />
      </ActionForm>
    </OrganizerDesk>
  )
}
