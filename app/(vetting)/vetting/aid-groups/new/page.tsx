import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { listChaptersWith } from '#lib/vetting/queries.ts'
import { currentMember, VettingDesk } from '../../../vetting-desk.tsx'
import { nominate } from '../actions.ts'

export const metadata: Metadata = { title: 'Nominate an aid group' }

export default async function NominatePage() {
  const actor = await currentMember('/vetting/aid-groups/new')
  const chapters = await listChaptersWith(actor, 'organizer', 'vetting_reviewer')
  const [only] = chapters
  return (
    <VettingDesk
      title="Nominate an aid group"
      current="/vetting/aid-groups/new"
      crumbs={[{ label: 'Aid groups', href: '/vetting' }]}
    >
      {only === undefined ? (
        <Alert kind="attention" title="You cannot nominate">
          <p>Only organizers and vetting reviewers of a chapter nominate an aid group.</p>
        </Alert>
      ) : (
        <ActionForm action={nominate} submitLabel="Nominate" label="Nominate an aid group">
          <p className="text-ink-soft">
            Whoever nominates a group cannot review or approve it. No bank details here: they are asked for later, by
            another way.
          </p>
          {chapters.length === 1 ? (
            <HiddenField name="chapterId" value={only.id} />
          ) : (
            <SelectField
              name="chapterId"
              label="Chapter"
              hint="Its reviewers vet the group."
              options={chapters.map(({ id, name }) => ({ value: id, label: name }))}
              defaultValue={only.id}
            />
          )}
          <TextField name="name" label="Name" hint="As people who work with it say it." />
          <TextField
            name="publicAlias"
            label="Public name"
            optional
            hint="Shown in the place of the name everywhere outside the chapter, when the name would put people at risk."
          />
          <TextField name="legalName" label="Registered name" hint="As in its papers. Never public." />
          <TextareaField
            name="summary"
            label="What it does"
            hint="Two or three sentences. They are public: no addresses, no names of people."
            rows={4}
          />
          <TextField name="country" label="Country" width="short" hint="Public." />
          <TextField name="region" label="Region of delivery" hint="Only for the chapter. Never public." />
        </ActionForm>
      )}
    </VettingDesk>
  )
}
