import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { listChaptersWith } from '#lib/vetting/queries.ts'
import { currentMember, VettingDesk } from '../../../vetting-desk.tsx'
import { nominateByLink } from './actions.ts'

export const metadata: Metadata = { title: 'Nominate an aid group' }

export default async function NominatePage() {
  const actor = await currentMember('/vetting/aid-groups/new')
  const chapters = await listChaptersWith(actor, 'organizer', 'vetting_reviewer')
  return (
    <VettingDesk
      title="Nominate an aid group"
      current="/vetting/aid-groups/new"
      crumbs={[{ label: 'Aid groups', href: '/vetting' }]}
    >
      {chapters.length === 0 ? (
        <Alert kind="attention" title="You cannot nominate">
          <p>Only organizers and vetting reviewers of a chapter nominate an aid group.</p>
        </Alert>
      ) : (
        <NominateForm chapters={chapters} />
      )}
    </VettingDesk>
  )
}

function NominateForm({ chapters }: { chapters: { id: string; name: string }[] }) {
  const [only] = chapters
  return (
    <ActionForm action={nominateByLink} submitLabel="Nominate" label="Nominate an aid group">
      <p className="text-ink-soft">
        You say who it is; the group fills in the rest itself, through a link that needs no account. Whoever nominates a
        group cannot review or approve it.
      </p>
      {chapters.length === 1 ? (
        <HiddenField name="chapterId" value={only?.id ?? ''} />
      ) : (
        <SelectField
          name="chapterId"
          label="Chapter"
          hint="Its reviewers vet the group."
          options={chapters.map(({ id, name }) => ({ value: id, label: name }))}
          defaultValue={only?.id ?? ''}
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
      <Invitation />
    </ActionForm>
  )
}

/** How the application's link reaches the group. */
function Invitation() {
  return (
    <fieldset className="flex flex-col gap-6 border-t border-rule pt-5">
      <legend className="float-left mb-2 font-serif text-lg font-semibold">Its application</legend>
      <RadioGroupField
        name="how"
        label="How does the link reach the group?"
        options={[
          { value: 'mail', label: 'We mail it', hint: 'Nobody of the chapter sees the link.' },
          { value: 'link', label: 'I hand it on', hint: 'It is shown once when you have nominated.' },
        ]}
        defaultValue="mail"
      />
      <TextField
        name="email"
        label="The group’s e-mail address"
        type="email"
        inputMode="email"
        autoComplete="off"
        spellCheck={false}
        hint="For the link and for questions of reviewers."
        optional
      />
      <RadioGroupField
        name="locale"
        label="Language"
        hint="The group can change it."
        options={[
          { value: 'uk', label: 'Ukrainian' },
          { value: 'en', label: 'English' },
        ]}
        defaultValue="uk"
      />
    </fieldset>
  )
}
