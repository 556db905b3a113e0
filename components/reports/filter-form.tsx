import type { ReactNode } from 'react'
import { Button } from '#components/ui/button.tsx'
import { FieldFrame } from '#components/ui/field-frame.tsx'

/** What stands in the address and what is wrong with it, by field. */
export type FilterState = { typed: Record<string, string>; fieldErrors: Record<string, string[]> }

export type FilterFormProps = {
  /** The path of the page itself. */
  action: string
  label: string
  submitLabel?: string
  /** Shown when a filter is set: leads back to everything. */
  isFiltered: boolean
  clearLabel?: string
  children: ReactNode
}

/** Filters as an ordinary GET form: works without JavaScript, and the address can be sent to somebody. */
export function FilterForm({
  action,
  label,
  submitLabel = 'Show',
  isFiltered,
  clearLabel = 'Show everything',
  children,
}: FilterFormProps) {
  return (
    <form action={action} method="get" aria-label={label} className="flex flex-col gap-4 border-y border-rule py-4">
      <div className="grid grid-cols-2 items-end gap-4 sm:grid-cols-3 lg:grid-cols-5">{children}</div>
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" variant="secondary">
          {submitLabel}
        </Button>
        {isFiltered ? <a href={action}>{clearLabel}</a> : null}
      </div>
    </form>
  )
}

type FieldProps = { name: string; label: string; state: FilterState }

function scopeOf(name: string, { typed, fieldErrors }: FilterState) {
  const id = `filter-${name}`
  const error = fieldErrors[name]?.[0]
  const describedBy = error === undefined ? undefined : `${id}-error`
  return { id, error, typed: typed[name] === undefined ? undefined : [typed[name]], describedBy, pending: false }
}

export function FilterSelect(props: FieldProps & { all: string | null; options: { value: string; label: string }[] }) {
  const field = scopeOf(props.name, props.state)
  return (
    <FieldFrame label={props.label} field={field}>
      <select
        id={field.id}
        name={props.name}
        defaultValue={field.typed?.[0] ?? ''}
        aria-describedby={field.describedBy}
        aria-invalid={field.error === undefined ? undefined : true}
        className="control"
      >
        {props.all === null ? null : <option value="">{props.all}</option>}
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}

/** A day or a text. What does not fit a browser's date field is shown as it was typed, beside its message. */
export function FilterInput(
  props: FieldProps & { type: 'date' | 'search'; defaultValue?: string; maxLength?: number },
) {
  const field = scopeOf(props.name, props.state)
  const value = field.typed?.[0] ?? props.defaultValue ?? ''
  const type = props.type === 'date' && field.error !== undefined ? 'text' : props.type
  return (
    <FieldFrame label={props.label} field={field}>
      <input
        type={type}
        id={field.id}
        name={props.name}
        defaultValue={value}
        maxLength={props.maxLength}
        aria-describedby={field.describedBy}
        aria-invalid={field.error === undefined ? undefined : true}
        className="control figures"
      />
    </FieldFrame>
  )
}
