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
  return (
    <FieldFrame label={label} hint={hint} field={field} {...(optional === undefined ? {} : { optional })}>
      <input
        type="date"
        id={field.id}
        name={name}
        min={min}
        max={max}
        defaultValue={field.typed?.[0] ?? (field.typed ? '' : defaultValue)}
        aria-describedby={field.describedBy}
        aria-invalid={field.error ? true : undefined}
        className="control figures max-w-60"
      />
    </FieldFrame>
  )
}
