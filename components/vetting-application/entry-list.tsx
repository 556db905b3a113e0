import type { ReactNode } from 'react'
import { ActionForm } from '#components/ui/action-form.tsx'
import type { FormAction } from '#components/ui/form-state.ts'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { formWords, type Say } from './say.ts'

type Entry = { id: string; name: ReactNode; lines: ReactNode[]; removeLabel: string; isFixed?: boolean }

type EntryListProps = {
  say: Say
  title: string
  none: string
  entries: Entry[]
  /** The name under which the entry's id is sent. */
  field: string
  /** null where nothing can be removed. */
  remove: FormAction | null
}

/** What has been named so far, each with a button that takes it out again. */
export function EntryList({ say, title, none, entries, field, remove }: EntryListProps) {
  return (
    <section aria-labelledby="entries">
      <h2 id="entries" className="mb-3 text-lg">
        {title}
      </h2>
      {entries.length === 0 ? (
        <p className="text-ink-soft">{none}</p>
      ) : (
        <ul className="border-t border-rule">
          {entries.map(({ id, name, lines, removeLabel, isFixed = false }) => (
            <li
              key={id}
              className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-b border-rule py-3"
            >
              <div className="min-w-0 flex-1 basis-56 break-words">
                <p className="font-semibold">{name}</p>
                {lines.map((line, position) =>
                  line ? (
                    <p key={`${id}-${String(position)}`} className="text-sm text-ink-soft">
                      {line}
                    </p>
                  ) : null,
                )}
              </div>
              {remove && !isFixed ? (
                <ActionForm
                  action={remove}
                  words={formWords(say)}
                  submitLabel={say('form.remove')}
                  submitVariant="secondary"
                  submitSize="small"
                  label={removeLabel}
                  className="flex flex-col gap-2"
                >
                  <HiddenField name={field} value={id} />
                </ActionForm>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
