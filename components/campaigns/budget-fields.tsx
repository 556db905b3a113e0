'use client'

import { useContext } from 'react'
import { AID_CATEGORIES, AID_CATEGORY_LABEL } from '#components/purse/aid-category.ts'
import { classNames } from '#components/ui/class-names.ts'
import { FieldGroup } from '#components/ui/field-frame.tsx'
import { FormContext, useField } from '#components/ui/form-context.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'

export type BudgetRow = { category: string; description: string; amount: string }

const ROWS_OPEN = 3
const OPTIONS = AID_CATEGORIES.map((category) => ({ value: category, label: AID_CATEGORY_LABEL[category] }))

/** A fixed number of budget rows, so that the form works without JavaScript; empty rows are ignored by the server. */
export function BudgetFields({ rows, total }: { rows: readonly BudgetRow[]; total: number }) {
  const field = useField('budget', true)
  const { state } = useContext(FormContext)
  const all = Array.from({ length: total }, (_, position) => position)
  const isUsed = (position: number) =>
    rows[position] !== undefined ||
    ['category', 'description', 'amount'].some((part) => (state.values[`budget.${position}.${part}`] ?? '') !== '')
  const restIsUsed = all.slice(ROWS_OPEN).some(isUsed)
  return (
    <div id={field.id}>
      <FieldGroup
        label="Budget"
        hint="What the goal is for. The lines must add up to the goal before it can be reviewed; leave rows you do not need empty."
        field={field}
      >
        <div className="mt-2 flex flex-col gap-3">
          {all.slice(0, ROWS_OPEN).map((position) => (
            <Row key={position} position={position} row={rows[position]} />
          ))}
          <details open={restIsUsed}>
            <summary>More lines</summary>
            <div className="mt-3 flex flex-col gap-3">
              {all.slice(ROWS_OPEN).map((position) => (
                <Row key={position} position={position} row={rows[position]} />
              ))}
            </div>
          </details>
        </div>
      </FieldGroup>
    </div>
  )
}

function Row({ position, row }: { position: number; row: BudgetRow | undefined }) {
  const name = `budget.${position}`
  const { state } = useContext(FormContext)
  // A message needs the whole width to be read.
  const isWrong = Object.keys(state.fieldErrors).some((field) => field.startsWith(`${name}.`))
  const label = (text: string) => (
    <span className="text-sm font-normal">
      <span className="sr-only">Line {position + 1}: </span>
      {text}
    </span>
  )
  return (
    <div
      className={classNames(
        'grid items-end gap-3 border-t border-rule pt-3',
        !isWrong && 'sm:grid-cols-[15rem_1fr_8rem]',
      )}
    >
      <SelectField
        name={`${name}.category`}
        label={label('Kind of aid')}
        options={OPTIONS}
        defaultValue={row?.category ?? ''}
        placeholder="Choose"
      />
      <TextField name={`${name}.description`} label={label('What it pays for')} defaultValue={row?.description ?? ''} />
      <TextField
        name={`${name}.amount`}
        label={label('Amount')}
        inputMode="decimal"
        autoComplete="off"
        defaultValue={row?.amount ?? ''}
      />
    </div>
  )
}
