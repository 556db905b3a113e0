'use client'

import { FieldFrame, type FieldProps } from './field-frame.tsx'
import { useField } from './form-context.tsx'

export type SelectFieldProps = FieldProps & {
  options: { value: string; label: string; disabled?: boolean }[]
  defaultValue?: string
  /** The first, empty choice: "Choose a campaign". Leave it out when a choice is always set. */
  placeholder?: string
}

/** One of many. For up to five choices use RadioGroupField. */
export function SelectField({
  name,
  label,
  hint,
  optional,
  options,
  defaultValue = '',
  placeholder,
}: SelectFieldProps) {
  const field = useField(name, Boolean(hint))
  const selected = field.typed?.[0] ?? defaultValue
  return (
    <FieldFrame label={label} hint={hint} field={field} {...(optional === undefined ? {} : { optional })}>
      <select
        // React resets a form after its action and a select keeps its first default through that: a new one is needed.
        key={selected}
        id={field.id}
        name={name}
        defaultValue={selected}
        aria-describedby={field.describedBy}
        aria-invalid={field.error ? true : undefined}
        className="control"
      >
        {placeholder === undefined ? null : <option value="">{placeholder}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}
