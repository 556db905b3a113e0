'use client'

import { FieldFrame, type FieldProps } from './field-frame.tsx'
import { useField } from './form-context.tsx'

export type TextareaFieldProps = FieldProps & { defaultValue?: string; rows?: number; maxLength?: number }

/** Text of several lines; grows with what is written where the browser can. */
export function TextareaField({ label, hint, optional, defaultValue = '', rows = 5, ...input }: TextareaFieldProps) {
  const field = useField(input.name, Boolean(hint))
  return (
    <FieldFrame label={label} hint={hint} field={field} {...(optional === undefined ? {} : { optional })}>
      <textarea
        {...input}
        rows={rows}
        id={field.id}
        defaultValue={field.typed?.[0] ?? (field.typed ? '' : defaultValue)}
        aria-describedby={field.describedBy}
        aria-invalid={field.error ? true : undefined}
        className="control"
      />
    </FieldFrame>
  )
}
