'use client'

import type { HTMLInputTypeAttribute } from 'react'
import { classNames } from './class-names.ts'
import { FieldFrame, type FieldProps } from './field-frame.tsx'
import { useField } from './form-context.tsx'

export type TextFieldProps = FieldProps & {
  type?: Extract<HTMLInputTypeAttribute, 'text' | 'email' | 'url' | 'tel' | 'search' | 'password'>
  defaultValue?: string
  autoComplete?: string
  inputMode?: 'numeric' | 'decimal' | 'email' | 'url'
  maxLength?: number
  /** How much is expected: the width says it. */
  width?: 'full' | 'short' | 'tiny'
  spellCheck?: boolean
}

const WIDTH = { full: undefined, short: 'max-w-60', tiny: 'max-w-28' }

/** One line of text. */
export function TextField({ label, hint, optional, width = 'full', defaultValue = '', ...input }: TextFieldProps) {
  const field = useField(input.name, Boolean(hint))
  return (
    <FieldFrame label={label} hint={hint} field={field} {...(optional === undefined ? {} : { optional })}>
      <input
        {...input}
        id={field.id}
        defaultValue={field.typed?.[0] ?? (field.typed ? '' : defaultValue)}
        aria-describedby={field.describedBy}
        aria-invalid={field.error ? true : undefined}
        className={classNames('control', WIDTH[width])}
      />
    </FieldFrame>
  )
}
