'use client'

import { classNames } from './class-names.ts'
import { FieldFrame, type FieldProps } from './field-frame.tsx'
import { useField } from './form-context.tsx'

export type MoneyFieldProps = FieldProps & {
  /** The code shown before the amount: "USD". The form does not send it. */
  currency: string
  /** As a person writes it: "25.00". */
  defaultValue?: string
}

/** An amount as text: a number input would round, spin and take "1e3". The server parses it. */
export function MoneyField({ name, label, hint, optional, currency, defaultValue = '' }: MoneyFieldProps) {
  const field = useField(name, Boolean(hint))
  return (
    <FieldFrame label={label} hint={hint} field={field} {...(optional === undefined ? {} : { optional })}>
      <div className="flex max-w-60">
        <span
          id={`${field.id}-currency`}
          className="flex items-center rounded-l-md border border-r-0 border-edge bg-sunk px-3 font-semibold"
        >
          {currency}
        </span>
        <input
          id={field.id}
          name={name}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          defaultValue={field.typed?.[0] ?? (field.typed ? '' : defaultValue)}
          aria-describedby={classNames(`${field.id}-currency`, field.describedBy)}
          aria-invalid={field.error ? true : undefined}
          className="control figures rounded-l-none text-end"
        />
      </div>
    </FieldFrame>
  )
}
