import { ActionForm } from '#components/ui/action-form.tsx'
import type { FormAction } from '#components/ui/form-state.ts'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { DossierReference } from '#lib/vetting/read-dossier.ts'
import type { Locale } from '#lib/vetting/types.ts'
import { EntryList } from './entry-list.tsx'
import { formWords, type Say, sayDay } from './say.ts'

type ReferencesStepProps = {
  say: Say
  locale: Locale
  references: readonly DossierReference[]
  isOpen: boolean
  add: FormAction
  remove: FormAction
}

/** Who may be asked about the group. What they answer is for the chapter alone. */
export function ReferencesStep({ say, locale, references, isOpen, add, remove }: ReferencesStepProps) {
  return (
    <>
      <EntryList
        say={say}
        title={say('references.list')}
        none={say('references.none')}
        entries={references.map((reference) => ({
          id: reference.id,
          name: reference.name,
          lines: [`${reference.organization}, ${reference.email}`, reference.relation, stateOf(say, locale, reference)],
          removeLabel: say('references.removeOf', { name: reference.name }),
        }))}
        field="referenceId"
        remove={isOpen ? remove : null}
      />
      {isOpen ? (
        <section aria-labelledby="add" className="rounded-md border border-rule bg-sheet p-4 sm:p-6">
          <h2 id="add" className="mb-4 text-lg">
            {say('references.addTitle')}
          </h2>
          <ActionForm
            action={add}
            words={formWords(say)}
            submitLabel={say('references.add')}
            label={say('references.addTitle')}
            className="flex flex-col gap-6"
          >
            <TextField name="name" label={say('references.name')} autoComplete="off" />
            <TextField name="organization" label={say('references.organization')} autoComplete="off" />
            <TextField
              name="email"
              label={say('references.email')}
              hint={say('references.emailHint')}
              type="email"
              inputMode="email"
              autoComplete="off"
              spellCheck={false}
            />
            <TextareaField name="relation" label={say('references.relation')} rows={2} />
          </ActionForm>
        </section>
      ) : null}
    </>
  )
}

function stateOf(say: Say, locale: Locale, { askedAt, answeredAt }: DossierReference): string {
  if (answeredAt) return say('references.answeredOn', { date: sayDay(locale, answeredAt) })
  if (askedAt) return say('references.asked', { date: sayDay(locale, askedAt) })
  return say('references.notAsked')
}
