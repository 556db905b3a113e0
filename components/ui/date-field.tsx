'use client'

import { FieldFrame, type FieldProps } from './field-frame.tsx'
import { useField } from './form-context.tsx'

export type DateFieldProps = FieldProps & {
  /** All dates as 2026-11-23. */
  defaultValue?: string
  min?: string
  max?: string
}

/** A day. Sends 2026-11-23, whatever the browser shows. */
export function DateField({ name, label, hint, optional, defaultValue = '', min, max }: DateFieldProps) {
  const field = useField(name, Boolean(hint))
  const typed = field.typed?.[0] ?? ''
  return (
    <FieldFrame label={label} hint={hint} field={field} {...(optional === undefined ? {} : { optional })}>
      <input
        // A browser without date fields sends any text; a date field could not show it again beside its message.
        key={typed}
        type={typed === '' || isDay(typed) ? 'date' : 'text'}
        id={field.id}
        name={name}
        min={min}
        max={max}
        defaultValue={field.typed ? typed : defaultValue}
        aria-describedby={field.describedBy}
        aria-invalid={field.error ? true : undefined}
        className="control figures max-w-60"
      />
    </FieldFrame>
  )
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${text}T`)
}
