import { ActionForm } from '#components/ui/action-form.tsx'
import type { FormAction } from '#components/ui/form-state.ts'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import type { PersonView } from '#lib/auth/queries.ts'
import { disable, enable, giveRole, makeAdmin, removeAdmin, takeRole } from './actions.ts'
import { ROLE_NAMES, ROLE_OPTIONS } from './role-names.ts'

type PersonFormsProps = { person: PersonView; chapters: { value: string; label: string }[] }

/** What may be done about one person; opened below their row. */
export function PersonForms({ person, chapters }: PersonFormsProps) {
  return (
    <details>
      <summary className="cursor-pointer">
        Change roles and access<span className="sr-only"> of {person.name}</span>
      </summary>
      <div className="flex flex-col gap-6 py-4">
        {person.disabledAt ? (
          <OneButton action={enable} label="Let in again" about={person.name} person={person} />
        ) : (
          <>
            <HeldRoles person={person} />
            <GiveRole person={person} chapters={chapters} />
            <div className="flex flex-wrap gap-4">
              <OneButton
                action={person.isAdmin ? removeAdmin : makeAdmin}
                label={person.isAdmin ? 'Take administration away' : 'Make administrator'}
                about={person.name}
                person={person}
              />
              <OneButton action={disable} label="Shut out" about={person.name} person={person} />
            </div>
          </>
        )}
      </div>
    </details>
  )
}

function HeldRoles({ person }: { person: PersonView }) {
  if (person.roles.length === 0) return null
  return (
    <ul className="flex flex-col gap-2">
      {person.roles.map(({ chapterId, chapterName, role }) => (
        <li key={`${chapterId} ${role}`} className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <span>
            {ROLE_NAMES[role]}, {chapterName}
          </span>
          <OneButton
            action={takeRole}
            label="Take away"
            about={`${ROLE_NAMES[role]}, ${chapterName}, from ${person.name}`}
            person={person}
            fields={{ chapterId, role }}
          />
        </li>
      ))}
    </ul>
  )
}

function GiveRole({ person, chapters }: PersonFormsProps) {
  return (
    <ActionForm
      action={giveRole}
      submitLabel="Give role"
      submitVariant="secondary"
      submitSize="small"
      label={`Give ${person.name} a role`}
      className="flex max-w-form flex-col gap-4"
    >
      <HiddenField name="userId" value={person.id} />
      <SelectField name="chapterId" label="Chapter" options={chapters} placeholder="Choose a chapter" />
      <SelectField name="role" label="Role" options={ROLE_OPTIONS} placeholder="Choose a role" />
    </ActionForm>
  )
}

type OneButtonProps = {
  action: FormAction
  label: string
  /** Completes the label for those who hear it out of its row. */
  about?: string
  person: PersonView
  fields?: Record<string, string>
}

function OneButton({ action, label, about, person, fields = {} }: OneButtonProps) {
  return (
    <ActionForm
      action={action}
      submitLabel={label}
      submitVariant="secondary"
      submitSize="small"
      label={about ? `${label}: ${about}` : label}
      className="flex flex-col gap-2"
    >
      <HiddenField name="userId" value={person.id} />
      {Object.entries(fields).map(([name, value]) => (
        <HiddenField key={name} name={name} value={value} />
      ))}
    </ActionForm>
  )
}
