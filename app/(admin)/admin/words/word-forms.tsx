import { KIND_HINTS, KIND_NAMES, LANGUAGE_NAMES } from '#components/purposes/word-names.ts'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { type WordKind, type WordLanguage, type WordView, wordKinds, wordLanguages } from '#lib/purposes/types.ts'
import { add, retire } from './actions.ts'

const LANGUAGES = wordLanguages.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))
const KINDS = wordKinds.map((value) => ({ value, label: KIND_NAMES[value], hint: KIND_HINTS[value] }))

export function AddWord({ language, kind }: { language: WordLanguage; kind: WordKind }) {
  return (
    <Panel id="add" title="Add a word" intro="It acts at once and stays in the history with your name.">
      <ActionForm action={add} submitLabel="Add it to the list" label="Add a word">
        <SelectField name="language" label="Language" options={LANGUAGES} defaultValue={language} />
        <RadioGroupField name="kind" label="What happens to a text with it" options={KINDS} defaultValue={kind} />
        <TextField
          name="word"
          label="Word or phrase"
          hint="A * at the end of a word stands for any ending: “rifle*” is also “rifles”. Capitals, accents and hyphens make no difference."
          autoComplete="off"
          spellCheck={false}
          maxLength={80}
        />
        <TextField
          name="category"
          label="What it is"
          hint="People read it beside the word: “firearms”, “optics”."
          maxLength={60}
          width="short"
        />
        <TextField
          name="minKilowatts"
          label="Only from this many kilowatts"
          hint="For generators: counts where the same line names at least this power."
          optional
          inputMode="numeric"
          width="tiny"
        />
        <TextareaField name="reason" label="Why" rows={2} maxLength={500} />
      </ActionForm>
    </Panel>
  )
}

export function RetireWord({ word }: { word: WordView }) {
  return (
    <Panel
      id="retire"
      look="sheet"
      title={`Take “${word.word}” off the list`}
      intro={`${LANGUAGE_NAMES[word.language]}, ${word.category}. Texts with it pass from then on, unless another entry has it too. It stays in the history, and can be added again.`}
    >
      <ActionForm
        action={retire}
        submitLabel="Take it off the list"
        label="Take a word off the list"
        beside={<a href={`/admin/words?language=${word.language}&kind=${word.kind}#list`}>Leave it on the list</a>}
      >
        <HiddenField name="wordId" value={word.id} />
        <TextareaField name="reason" label="Why" rows={2} maxLength={500} />
      </ActionForm>
    </Panel>
  )
}
