import { ageOf, MATCH_LABEL } from '#components/reconciliation/words.ts'
import { ActionForm } from '#components/ui/action-form.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import type { OpenSides } from '#lib/reconciliation/queries.ts'
import type { Suggestion } from '#lib/reconciliation/types.ts'
import { explain, match } from './actions.ts'

type Line = OpenSides['lines'][number]
type OtherAccount = { id: string; name: string }

type Props = { sides: OpenSides; lines: readonly Line[]; others: readonly OtherAccount[]; at: Date }

/** The bank's open lines, each with what it may be and the way to say what else it is. */
export function OpenLines({ sides, lines, others, at }: Props) {
  return (
    <ul className="border-t border-rule">
      {lines.map((line, index) => (
        <li key={line.id} className="grid gap-x-8 gap-y-3 border-b border-rule py-4 lg:grid-cols-[1fr_1fr]">
          <LineFacts line={line} currency={sides.account.currency} at={at} />
          {sides.canMatch ? (
            <div className="flex min-w-0 flex-col gap-3">
              {line.suggestions.map((suggestion, place) => (
                <Proposal
                  key={suggestion.keys.join(' ')}
                  sides={sides}
                  line={line}
                  name={`Line ${index + 1}, proposal ${place + 1}`}
                  suggestion={suggestion}
                />
              ))}
              <Explain sides={sides} line={line} number={index + 1} others={others} />
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

function LineFacts({ line, currency, at }: { line: Line; currency: string; at: Date }) {
  return (
    <div className="flex min-w-0 items-start justify-between gap-4">
      <div className="min-w-0 wrap-anywhere">
        <p className="font-semibold">{line.counterparty ?? (line.remittance || 'Without words')}</p>
        {line.counterparty ? <p className="text-sm">{line.remittance}</p> : null}
        <p className="text-sm text-ink-soft">
          <DateTime at={line.bookedOn} show="short" />, {ageOf(line.bookedOn, at)}
          {line.reference ? `, reference ${line.reference}` : ''},{' '}
          <a href={`/treasurer/reconciliation/statements/${line.statementId}`}>its statement</a>
        </p>
      </div>
      <Money amountMinor={line.amountMinor} currency={currency} className="whitespace-nowrap font-semibold" />
    </div>
  )
}

type PartProps = { sides: OpenSides; line: Line }

function Proposal({ sides, line, name, suggestion }: PartProps & { name: string; suggestion: Suggestion }) {
  const isCharge = suggestion.kind === 'bank_charge' && suggestion.keys.length === 0
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <p className="min-w-0 flex-1 basis-60 wrap-anywhere">
        {suggestion.label}
        <span className="block text-sm text-ink-soft">
          {MATCH_LABEL[suggestion.kind]}: {suggestion.reason}
        </span>
      </p>
      <ActionForm
        action={isCharge ? explain : match}
        submitLabel={isCharge ? 'Post it' : 'Match'}
        submitVariant="secondary"
        submitSize="small"
        label={name}
        className="flex flex-col gap-2"
      >
        <HiddenField name="bankAccountId" value={sides.account.id} />
        {isCharge ? (
          <>
            <HiddenField name="lineId" value={line.id} />
            <HiddenField name="how" value="charge" />
          </>
        ) : (
          <>
            <HiddenField name="lineIds" value={line.id} />
            {suggestion.keys.map((key) => (
              <HiddenField key={key} name="keys" value={key} />
            ))}
          </>
        )}
      </ActionForm>
    </div>
  )
}

function Explain({ sides, line, number, others }: PartProps & { number: number; others: readonly OtherAccount[] }) {
  const isIn = line.amountMinor > 0n
  const ways = [
    { value: 'charge', label: isIn ? 'Interest, or a charge handed back' : 'The bank’s own charge' },
    ...(others.length > 0
      ? [{ value: 'transfer', label: isIn ? 'From another account of ours' : 'To another account of ours' }]
      : []),
    { value: 'other', label: 'Something else, without a posting' },
  ]
  return (
    <details>
      <summary className="min-h-11 cursor-pointer py-2 text-sm font-semibold text-green">It is something else</summary>
      <div className="flex flex-col gap-4 pb-2">
        {isIn ? (
          <p className="text-sm">
            A gift by transfer, a cheque or cash: <a href="/treasurer/offline-gifts/new">enter the gift</a>, then match
            it here.
          </p>
        ) : null}
        <ActionForm
          action={explain}
          submitLabel="Say so"
          submitVariant="secondary"
          submitSize="small"
          label={`What line ${number} is`}
        >
          <HiddenField name="bankAccountId" value={sides.account.id} />
          <HiddenField name="lineId" value={line.id} />
          <SelectField name="how" label="What it is" options={ways} defaultValue="charge" />
          <SelectField
            name="fundId"
            label="Fund"
            hint="Who bears a charge, or whose money moves."
            placeholder="The general fund"
            options={sides.funds.map(({ id, name }) => ({ value: id, label: name }))}
          />
          {others.length > 0 ? (
            <SelectField
              name="otherAccountId"
              label="The other account"
              optional
              placeholder="None"
              options={others.map(({ id, name }) => ({ value: id, label: name }))}
            />
          ) : null}
          <TextField name="reason" label="Why" hint="Needed where nothing is posted." optional maxLength={500} />
        </ActionForm>
      </div>
    </details>
  )
}
