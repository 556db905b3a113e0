import type { ReactNode } from 'react'
import { SelectField } from '#components/ui/select-field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { CheckboxGroup } from './checkbox-group.tsx'
import type { FieldsProps, SelectOptions } from './identity-fields.tsx'

type RowsProps = {
  /** A heading over all rows. */
  title: string
  hint?: string
  count: number
  /** The words over one row. */
  name: (number: number) => string
  more: string
  children: (position: number) => ReactNode
}

/** Rows of a table that somebody fills, one below the other on a phone; saving adds an empty one. */
export function Rows({ title, hint, count, name, more, children }: RowsProps) {
  return (
    <section className="flex flex-col gap-4 border-t border-rule pt-5">
      <div>
        <h2 className="text-lg">{title}</h2>
        {hint ? <p className="mt-1 max-w-prose text-sm text-ink-soft">{hint}</p> : null}
      </div>
      {Array.from({ length: count }, (_, position) => (
        <fieldset
          key={name(position + 1)}
          className="flex min-w-0 flex-col gap-3 rounded-md border border-rule bg-sheet p-4"
        >
          <legend className="float-left font-semibold">{name(position + 1)}</legend>
          <div className="clear-both flex flex-col gap-4">{children(position)}</div>
        </fieldset>
      ))}
      <div>
        <SubmitButton variant="secondary" size="small" name="more" value="yes">
          {more}
        </SubmitButton>
      </div>
    </section>
  )
}

/** What was done before, with examples that documents can show. */
export function PastWorkFields({ say, rows }: FieldsProps) {
  return (
    <>
      <TextareaField name="summary" label={say('past_work.summary')} hint={say('past_work.summaryHint')} rows={6} />
      <Rows
        title={say('past_work.examples')}
        hint={say('past_work.examplesHint')}
        count={rows['examples'] ?? 1}
        name={(number) => say('past_work.example', { number })}
        more={say('past_work.more')}
      >
        {(position) => (
          <>
            <TextareaField name={`examples.${position}.what`} label={say('past_work.what')} rows={2} />
            <div className="grid gap-4 sm:grid-cols-2">
              <TextField name={`examples.${position}.when`} label={say('past_work.when')} />
              <TextField name={`examples.${position}.where`} label={say('past_work.where')} />
              <TextField name={`examples.${position}.amount`} label={say('past_work.amount')} optional />
              <TextField name={`examples.${position}.partner`} label={say('past_work.partner')} optional />
            </div>
          </>
        )}
      </Rows>
    </>
  )
}

type DeliveryProps = FieldsProps & { areas: SelectOptions; categories: SelectOptions; notice?: ReactNode }

/** Where the aid goes and what it is; `notice` says so where an area is embargoed. */
export function DeliveryFields({ say, rows, countries, areas, categories, notice }: DeliveryProps) {
  return (
    <>
      {notice}
      <section className="flex flex-col gap-4">
        {Array.from({ length: rows['countries'] ?? 1 }, (_, position) => (
          <SelectField
            key={`countries.${String(position)}`}
            name={`countries.${String(position)}`}
            label={position === 0 ? say('delivery.countries') : say('delivery.country', { number: position + 1 })}
            {...(position === 0 ? { hint: say('delivery.countriesHint') } : { optional: true })}
            options={countries}
            placeholder={say('form.choose')}
          />
        ))}
        <div>
          <SubmitButton variant="secondary" size="small" name="more" value="yes">
            {say('delivery.moreCountry')}
          </SubmitButton>
        </div>
      </section>
      <Rows
        title={say('delivery.regions')}
        hint={say('delivery.regionsHint')}
        count={rows['regions'] ?? 1}
        name={(number) => say('delivery.place', { number })}
        more={say('delivery.more')}
      >
        {(position) => (
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              name={`regions.${position}.areaCode`}
              label={say('delivery.area')}
              options={areas}
              placeholder={say('form.choose')}
            />
            <TextField name={`regions.${position}.name`} label={say('delivery.placeName')} />
          </div>
        )}
      </Rows>
      <CheckboxGroup
        name="categories"
        label={say('delivery.categories')}
        hint={say('delivery.categoriesHint')}
        options={categories}
        columns
      />
      <TextareaField
        name="intermediaries"
        label={say('delivery.intermediaries')}
        hint={say('delivery.intermediariesHint')}
        rows={3}
        optional
      />
      <TextareaField
        name="licenceBasis"
        label={say('delivery.licenceBasis')}
        hint={say('delivery.licenceBasisHint')}
        rows={2}
        optional
      />
    </>
  )
}
