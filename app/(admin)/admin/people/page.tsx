import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Panel } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { Table } from '#components/ui/table.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { listChapters, listPeople, type PersonView } from '#lib/auth/queries.ts'
import { AdminDesk, currentAdmin } from '../../admin-desk.tsx'
import { invite } from './actions.ts'
import { PersonForms } from './person-forms.tsx'
import { ROLE_NAMES, ROLE_OPTIONS } from './role-names.ts'

export const metadata: Metadata = { title: 'People' }

export default async function PeoplePage() {
  const actor = await currentAdmin('/admin/people')
  const [people, allChapters] = await Promise.all([listPeople(actor), listChapters(actor)])
  const chapters = allChapters.map(({ id, name }) => ({ value: id, label: name }))
  return (
    <AdminDesk
      title="People"
      current="/admin/people"
      nextAction={{ kind: 'link', href: '#invite', label: 'Invite a person' }}
    >
      <Table
        caption="Everybody with an account"
        captionHidden
        rows={people}
        rowKey={(person) => person.id}
        empty={<EmptyState title="Nobody yet">Invite the first person below.</EmptyState>}
        detail={(person) => <PersonForms person={person} chapters={chapters} />}
        columns={[
          {
            key: 'name',
            header: 'Name',
            cell: (person) => (
              <>
                {person.name}
                <span className="block text-ink-soft">{person.email}</span>
              </>
            ),
          },
          { key: 'roles', header: 'Roles', nowrap: true, cell: (person) => <Roles person={person} /> },
          { key: 'state', header: 'State', nowrap: true, cell: (person) => <State person={person} /> },
        ]}
      />
      <Panel
        id="invite"
        title="Invite a person"
        intro="They get a mail that leads to the sign-in page. Every role is written into the audit log with your name."
      >
        <ActionForm action={invite} submitLabel="Send invitation" label="Invite a person">
          <TextField name="name" label="Name" autoComplete="off" />
          <TextField
            name="email"
            label="E-mail address"
            type="email"
            inputMode="email"
            autoComplete="off"
            spellCheck={false}
          />
          <SelectField name="chapterId" label="Chapter" options={chapters} placeholder="Choose a chapter" />
          <SelectField name="role" label="Role" options={ROLE_OPTIONS} placeholder="Choose a role" />
        </ActionForm>
      </Panel>
    </AdminDesk>
  )
}

function Roles({ person }: { person: PersonView }) {
  const held = person.roles.map(({ role, chapterName }) => `${ROLE_NAMES[role]}, ${chapterName}`)
  if (person.isAdmin) held.unshift('Administrator')
  if (held.length === 0) return 'None'
  return (
    <ul>
      {held.map((role) => (
        <li key={role}>{role}</li>
      ))}
    </ul>
  )
}

function State({ person }: { person: PersonView }) {
  if (person.disabledAt) return <Badge tone="stopped">Shut out</Badge>
  return person.hasSignedIn ? <Badge tone="active">Active</Badge> : <Badge tone="waiting">Invited</Badge>
}
