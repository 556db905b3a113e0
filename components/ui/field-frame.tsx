import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import type { FieldScope } from './form-context.tsx'
import { englishForm } from './form-state.ts'

/** The props every field has. */
export type FieldProps = {
  name: string
  label: ReactNode
  /** Below the label: what is wanted, in which form, why. */
  hint?: ReactNode
  /** Optional fields say so in their label; required is the ordinary case. */
  optional?: boolean
}

type FrameProps = Pick<FieldProps, 'label' | 'hint' | 'optional'> & { field: FieldScope; children: ReactNode }

/** Label, hint, error and the control, in the order in which they are read. */
export function FieldFrame({ label, hint, optional, field, children }: FrameProps) {
  return (
    <div className={frameClass(field.error)}>
      <label htmlFor={field.id} className="font-semibold">
        {label}
        {optional ? <Optional>{(field.words ?? englishForm).optional}</Optional> : null}
      </label>
      <FieldHint id={field.id}>{hint}</FieldHint>
      <FieldError field={field} />
      {children}
    </div>
  )
}

/** The same for a group of controls: the label is the legend. */
export function FieldGroup({ label, hint, optional, field, children }: FrameProps) {
  return (
    <div className={field.error === undefined ? undefined : 'border-l-4 border-brick pl-4'}>
      <fieldset aria-describedby={field.describedBy} className="flex min-w-0 flex-col gap-1.5">
        <legend className="mb-1.5 font-semibold">
          {label}
          {optional ? <Optional>{(field.words ?? englishForm).optional}</Optional> : null}
        </legend>
        <FieldHint id={field.id}>{hint}</FieldHint>
        <FieldError field={field} />
        {children}
      </fieldset>
    </div>
  )
}

function FieldHint({ id, children }: { id: string; children: ReactNode }) {
  if (!children) return null
  return (
    <div id={`${id}-hint`} className="max-w-prose text-sm text-ink-soft">
      {children}
    </div>
  )
}

export function FieldError({ field: { id, error, words = englishForm } }: { field: FieldScope }) {
  if (!error) return null
  return (
    <p id={`${id}-error`} className="font-semibold text-brick">
      <span className="sr-only">{words.error}</span>
      {error}
    </p>
  )
}

function Optional({ children }: { children: string }) {
  return <span className="font-normal text-ink-soft"> {children}</span>
}

function frameClass(error: string | undefined): string {
  return classNames('flex min-w-0 flex-col gap-1.5', error !== undefined && 'border-l-4 border-brick pl-4')
}
