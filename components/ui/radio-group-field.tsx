'use client'

import type { ReactNode } from 'react'
import { FieldGroup, type FieldProps } from './field-frame.tsx'
import { useField } from './form-context.tsx'

export type RadioGroupFieldProps = FieldProps & {
  options: { value: string; label: ReactNode; hint?: ReactNode; disabled?: boolean }[]
  defaultValue?: string
  /** `list`: a line each. `jars`: large cards side by side, for the choice that matters: an amount, once or monthly. */
  look?: 'list' | 'jars'
}

/** One of a few, all seen at once. */
export function RadioGroupField(props: RadioGroupFieldProps) {
  const { name, label, hint, optional, options, defaultValue, look = 'list' } = props
  const field = useField(name, Boolean(hint))
  const chosen = field.typed ? field.typed[0] : defaultValue
  const choices = options.map((option, position) => {
    // The first has the field's own id: the error summary links to it.
    const id = position === 0 ? field.id : `${field.id}-${option.value}`
    return { ...option, id, name, chosen: option.value === chosen }
  })
  return (
    <FieldGroup label={label} hint={hint} field={field} {...(optional === undefined ? {} : { optional })}>
      {look === 'jars' ? (
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          {choices.map((choice) => (
            <Jar key={choice.value} {...choice} />
          ))}
        </div>
      ) : (
        choices.map((choice) => <Line key={choice.value} {...choice} />)
      )}
    </FieldGroup>
  )
}

type Choice = RadioGroupFieldProps['options'][number] & { id: string; name: string; chosen: boolean }

function Jar({ id, name, value, label, hint, disabled, chosen }: Choice) {
  return (
    <label htmlFor={id} className="jar">
      <input type="radio" id={id} name={name} value={value} defaultChecked={chosen} disabled={disabled} />
      <span className="figures font-serif text-lg font-semibold">{label}</span>
      {hint ? <span className="text-sm text-ink-soft">{hint}</span> : null}
    </label>
  )
}

function Line({ id, name, value, label, hint, disabled, chosen }: Choice) {
  return (
    <label htmlFor={id} className="flex min-h-11 items-start gap-3 py-2">
      <input
        type="radio"
        id={id}
        name={name}
        value={value}
        defaultChecked={chosen}
        disabled={disabled}
        className="choice-input"
      />
      <span>
        {label}
        {hint ? <span className="block text-sm text-ink-soft">{hint}</span> : null}
      </span>
    </label>
  )
}
