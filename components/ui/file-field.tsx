'use client'

import { useContext } from 'react'
import { FieldFrame, type FieldProps } from './field-frame.tsx'
import { FormContext, useField } from './form-context.tsx'
import { englishForm } from './form-state.ts'

export type FileFieldProps = FieldProps & {
  /** As in HTML: "application/pdf,image/jpeg". The server checks again. */
  accept?: string
  multiple?: boolean
}

/** A file to send. No browser refills it after an error, so it then says to choose again. */
export function FileField({ name, label, hint, optional, accept, multiple }: FileFieldProps) {
  const again = useContext(FormContext).state.status === 'error'
  const field = useField(name, Boolean(hint) || again)
  const words = again ? (
    <>
      {hint} <span className="font-semibold">{(field.words ?? englishForm).fileAgain}</span>
    </>
  ) : (
    hint
  )
  return (
    <FieldFrame label={label} hint={words} field={field} {...(optional === undefined ? {} : { optional })}>
      <input
        type="file"
        id={field.id}
        name={name}
        accept={accept}
        multiple={multiple}
        aria-describedby={field.describedBy}
        aria-invalid={field.error ? true : undefined}
        className="control"
      />
    </FieldFrame>
  )
}
