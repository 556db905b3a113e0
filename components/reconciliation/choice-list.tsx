'use client'

import type { ReactNode } from 'react'
import { FieldGroup } from '#components/ui/field-frame.tsx'
import { useField } from '#components/ui/form-context.tsx'

type Choice = { value: string; label: ReactNode; figure: ReactNode; note?: ReactNode }

type Props = { name: string; label: string; hint?: string; choices: readonly Choice[]; empty: string }

/** Several of a list, each with its amount at the end of its line. */
export function ChoiceList({ name, label, hint, choices, empty }: Props) {
  const field = useField(name, Boolean(hint))
  return (
    <FieldGroup label={label} hint={hint} field={field}>
      {choices.length === 0 ? <p className="text-ink-soft">{empty}</p> : null}
      <ul className="max-h-96 overflow-y-auto border-y border-rule">
        {choices.map(({ value, label: words, figure, note }, index) => {
          const id = index === 0 ? field.id : `${field.id}-${value}`
          return (
            <li key={value} className="border-b border-rule last:border-b-0">
              <label htmlFor={id} className="flex min-h-11 items-start gap-3 py-2">
                <input
                  type="checkbox"
                  id={id}
                  name={name}
                  value={value}
                  defaultChecked={field.typed?.includes(value) ?? false}
                  aria-invalid={field.error ? true : undefined}
                  className="choice-input"
                />
                <span className="min-w-0 flex-1 wrap-anywhere">
                  {words}
                  {note ? <span className="block text-sm text-ink-soft">{note}</span> : null}
                </span>
                <span className="figures whitespace-nowrap">{figure}</span>
              </label>
            </li>
          )
        })}
      </ul>
    </FieldGroup>
  )
}
