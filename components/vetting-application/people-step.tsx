import { ActionForm } from '#components/ui/action-form.tsx'
import { DateField } from '#components/ui/date-field.tsx'
import type { FormAction } from '#components/ui/form-state.ts'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { DossierPerson } from '#lib/vetting/read-dossier.ts'
import { CheckboxGroup } from './checkbox-group.tsx'
import { EntryList } from './entry-list.tsx'
import type { SelectOptions } from './identity-fields.tsx'
import { formWords, type Say } from './say.ts'

type PeopleStepProps = {
  say: Say
  people: readonly DossierPerson[]
  countries: SelectOptions
  isOpen: boolean
  add: FormAction
  remove: FormAction
}

const ROLES = ['controller', 'owner', 'signatory'] as const

/** Who controls, owns or signs, and the form that names another one. */
export function PeopleStep({ say, people, countries, isOpen, add, remove }: PeopleStepProps) {
  const roles = ROLES.map((role) => ({ value: role, label: say(`people.${role}`) }))
  return (
    <>
      <EntryList
        say={say}
        title={say('people.list')}
        none={say('people.none')}
        entries={people.map((person) => ({
          id: person.id,
          name: person.nameOriginal,
          lines: [
            person.nameOriginal === person.nameLatin ? '' : person.nameLatin,
            person.roles.map((role) => say(`people.${role}`)).join(' · '),
            person.birthDate ? say('people.born', { date: person.birthDate.toISOString().slice(0, 10) }) : '',
          ],
          removeLabel: say('people.removeOf', { name: person.nameOriginal }),
        }))}
        field="personId"
        remove={isOpen ? remove : null}
      />
      {isOpen ? (
        <section aria-labelledby="add" className="rounded-md border border-rule bg-sheet p-4 sm:p-6">
          <h2 id="add" className="mb-4 text-lg">
            {say('people.addTitle')}
          </h2>
          <ActionForm
            action={add}
            words={formWords(say)}
            submitLabel={say('people.add')}
            label={say('people.addTitle')}
            className="flex flex-col gap-6"
          >
            <HiddenField name="form" value="person" />
            <TextField name="nameOriginal" label={say('people.nameOriginal')} hint={say('people.nameOriginalHint')} />
            <TextField name="nameLatin" label={say('people.nameLatin')} hint={say('people.nameLatinHint')} />
            <CheckboxGroup name="roles" label={say('people.roles')} options={roles} />
            <DateField name="birthDate" label={say('people.birthDate')} hint={say('people.birthDateHint')} optional />
            <div className="grid gap-6 sm:grid-cols-2">
              <SelectField
                name="nationality"
                label={say('people.nationality')}
                options={countries}
                placeholder={say('form.choose')}
                optional
              />
              <SelectField
                name="country"
                label={say('people.country')}
                options={countries}
                placeholder={say('form.choose')}
                optional
              />
            </div>
            <TextareaField
              name="aliases"
              label={say('people.aliases')}
              hint={say('people.aliasesHint')}
              rows={2}
              optional
            />
          </ActionForm>
        </section>
      ) : null}
    </>
  )
}
