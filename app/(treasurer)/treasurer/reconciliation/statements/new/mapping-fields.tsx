import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { CSV_DATE_FORMATS, CSV_ENCODINGS, type CsvMapping } from '#lib/reconciliation/types.ts'

const ENCODING_LABEL: Record<CsvMapping['encoding'], string> = {
  'utf-8': 'UTF-8',
  'windows-1252': 'Windows-1252 (Western)',
  'utf-16': 'UTF-16',
}
const DELIMITERS = [
  { value: ',', label: 'Comma  ,' },
  { value: ';', label: 'Semicolon  ;' },
  { value: 'tab', label: 'Tab' },
  { value: '|', label: 'Bar  |' },
]

/** How a CSV is read, as it was said the last time for this account. */
export function MappingFields({ mapping }: { mapping: CsvMapping | null }) {
  const said = (field: keyof CsvMapping, otherwise = '') => String(mapping?.[field] ?? otherwise)
  const column = (name: keyof CsvMapping, label: string, optional = false) => (
    <TextField name={name} label={label} optional={optional} defaultValue={said(name)} maxLength={100} width="short" />
  )
  return (
    <details open={mapping === null} className="border-y border-rule">
      <summary className="min-h-11 cursor-pointer py-2 font-semibold text-green">
        {mapping === null ? 'For a CSV: which column is what' : 'For a CSV: read as the last time, or change it here'}
      </summary>
      <div className="flex flex-col gap-6 pt-2 pb-4">
        <p className="max-w-prose text-sm text-ink-soft">
          A column is named by its heading, or by its number counted from 1. It is remembered for this account. CAMT.053
          and OFX do not need it.
        </p>
        <div className="grid gap-6 sm:grid-cols-2">
          <SelectField
            name="encoding"
            label="Encoding"
            options={CSV_ENCODINGS.map((value) => ({ value, label: ENCODING_LABEL[value] }))}
            defaultValue={said('encoding', 'utf-8')}
          />
          <SelectField
            name="delimiter"
            label="Separator"
            options={DELIMITERS}
            defaultValue={said('delimiter', ',').replace('\t', 'tab')}
          />
          <SelectField
            name="decimal"
            label="Decimal sign"
            options={[
              { value: '.', label: 'Point  1234.50' },
              { value: ',', label: 'Comma  1234,50' },
            ]}
            defaultValue={said('decimal', '.')}
          />
          <SelectField
            name="dateFormat"
            label="Days are written"
            options={CSV_DATE_FORMATS.map((value) => ({ value, label: value }))}
            defaultValue={said('dateFormat', 'YYYY-MM-DD')}
          />
          <TextField
            name="skipLines"
            label="Lines before the first record"
            hint="The headings and what stands above them."
            defaultValue={said('skipLines', '1')}
            inputMode="numeric"
            width="tiny"
          />
          {column('date', 'Column of the day')}
          {column('text', 'Column of what it is about')}
          {column('counterparty', 'Column of the other party', true)}
          {column('reference', 'Column of the reference', true)}
          {column('valueDate', 'Column of the value day', true)}
          {column('balance', 'Column of the balance after each line', true)}
        </div>
        <RadioGroupField
          name="amounts"
          label="Amounts"
          options={[
            { value: 'signed', label: 'In one column, with a minus for money out' },
            { value: 'split', label: 'In two columns, one for money out and one for money in' },
          ]}
          defaultValue={said('amounts', 'signed')}
        />
        <div className="grid gap-6 sm:grid-cols-3">
          {column('amount', 'Column of the amount', true)}
          {column('debit', 'Column of money out', true)}
          {column('credit', 'Column of money in', true)}
        </div>
      </div>
    </details>
  )
}
