'use client'

import type { ReactNode } from 'react'
import { FieldError } from './field-frame.tsx'
import { useField } from './form-context.tsx'

export type CheckboxFieldProps = {
  name: string
  label: ReactNode
  hint?: ReactNode
  /** What is sent when it is ticked. Several checkboxes of one name send a list. */
  value?: string
  /** Never true where money or a consent is concerned. */
  defaultChecked?: boolean
}

/** A yes. Unticked sends nothing. */
export function CheckboxField({ name, label, hint, value = 'yes', defaultChecked = false }: CheckboxFieldProps) {
  const field = useField(name, Boolean(hint))
  const id = value === 'yes' ? field.id : `${field.id}-${value}`
  return (
    <div className={field.error ? 'border-l-4 border-brick pl-4' : undefined}>
      <FieldError field={field} />
      <div className="flex min-h-11 items-start gap-3 py-2">
        <input
          type="checkbox"
          id={id}
          name={name}
          value={value}
          defaultChecked={field.typed ? field.typed.includes(value) : defaultChecked}
          aria-describedby={field.describedBy}
          aria-invalid={field.error ? true : undefined}
          className="choice-input"
        />
        <div>
          <label htmlFor={id}>{label}</label>
          {hint ? (
            <div id={`${field.id}-hint`} className="text-sm text-ink-soft">
              {hint}
            </div>
          ) : null}
        </div>
      </div>
    </div>
  )
}
