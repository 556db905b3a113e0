'use client'

import { FieldGroup, type FieldProps } from '#components/ui/field-frame.tsx'
import { useField } from '#components/ui/form-context.tsx'

type CheckboxGroupProps = FieldProps & { options: { value: string; label: string }[]; columns?: boolean }

/** Any number of a few: each ticked one sends its value under the same name. */
export function CheckboxGroup({ name, label, hint, optional, options, columns = false }: CheckboxGroupProps) {
  const field = useField(name, Boolean(hint))
  return (
    <FieldGroup label={label} hint={hint} field={field} {...(optional === undefined ? {} : { optional })}>
      <div className={columns ? 'grid gap-x-6 sm:grid-cols-2' : undefined}>
        {options.map((option, position) => (
          <label key={option.value} className="flex min-h-11 items-start gap-3 py-2">
            <input
              type="checkbox"
              // The first has the field's own id: the error summary links to it.
              id={position === 0 ? field.id : `${field.id}-${option.value}`}
              name={name}
              value={option.value}
              defaultChecked={field.typed?.includes(option.value) ?? false}
              className="choice-input"
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </FieldGroup>
  )
}
