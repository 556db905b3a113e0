import { Table } from '#components/ui/table.tsx'
import { languageOf } from '#components/vetting/written-in.ts'
import type { Dossier } from '#lib/vetting/read-dossier.ts'

type Person = Dossier['people'][number]

/** People under the name in their own script, with the Latin letters they are screened under. */
export function PeopleTable({ people }: { people: readonly Person[] }) {
  return (
    <Table
      caption="People of the aid group"
      captionHidden
      rows={people}
      rowKey={(person) => person.id}
      empty={<p className="text-ink-soft">Nobody is named yet.</p>}
      columns={[
        {
          key: 'name',
          header: 'Name',
          cell: (person) => (
            <>
              <bdi lang={languageOf(person.nameOriginal)} className="font-semibold">
                {person.nameOriginal}
              </bdi>
              <bdi className="block">{person.nameLatin}</bdi>
              {person.aliases.length > 0 ? (
                <span className="block text-ink-soft">
                  also <bdi>{person.aliases.join(', ')}</bdi>
                </span>
              ) : null}
            </>
          ),
        },
        { key: 'roles', header: 'Role', cell: (person) => person.roles.join(', ') },
        {
          key: 'born',
          header: 'Born',
          nowrap: true,
          cell: (person) => person.birthDate?.toISOString().slice(0, 10) ?? 'not given',
        },
        { key: 'nationality', header: 'Nationality', cell: (person) => person.nationality ?? 'not given' },
        { key: 'country', header: 'Lives in', cell: (person) => person.country ?? 'not given' },
      ]}
    />
  )
}
