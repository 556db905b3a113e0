import { FundFigures } from '#components/disbursements/fund-figures.tsx'
import { AID_CATEGORY_LABEL } from '#components/purse/aid-category.ts'
import { Panel } from '#components/ui/card.tsx'
import { MoneyField } from '#components/ui/money-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { aidCategories } from '#lib/campaigns/types.ts'
import type { DisbursementLineView, RequestTarget } from '#lib/disbursements/types.ts'
import { toDecimalString } from '#lib/money/format.ts'

const ROWS_SHOWN = 3
const ROWS_MAX = 12
const CATEGORIES = aidCategories.map((value) => ({ value, label: AID_CATEGORY_LABEL[value] }))

type Filled = { aidGroupId: string; purpose: string; lines: readonly DisbursementLineView[] }

/** What the fund has, so that nobody asks for what is not there. */
export function TargetPanel({ target }: { target: RequestTarget }) {
  return (
    <Panel id="fund" title={`The fund of “${target.title}”`} look="sheet">
      <FundFigures fund={target.fund} />
    </Panel>
  )
}

/** The fields of a request, for a new one and for changing one. Rows left empty are no lines. */
export function RequestFields({ target, filled }: { target: RequestTarget; filled?: Filled }) {
  const payable = target.aidGroups.filter((group) => group.reason === null)
  const [only] = payable.length === 1 ? payable : []
  const shown = Math.max(ROWS_SHOWN, filled?.lines.length ?? 0)
  const row = (index: number) => {
    const line = filled?.lines[index]
    return <LineRow key={index} index={index} currency={target.currency} {...(line ? { line } : {})} />
  }
  return (
    <>
      <SelectField
        name="aidGroupId"
        label="Aid group"
        hint={<GroupHint target={target} />}
        placeholder="Choose an aid group"
        defaultValue={filled?.aidGroupId ?? only?.id ?? ''}
        options={target.aidGroups.map(({ id, name, reason }) => ({
          value: id,
          label: reason === null ? name : `${name}: not now`,
          disabled: reason !== null,
        }))}
      />
      <TextareaField
        name="purpose"
        label="What the money is for"
        hint="One or two sentences. It becomes public when the money is promised: name no place that could be hit."
        rows={2}
        maxLength={500}
        defaultValue={filled?.purpose ?? ''}
      />
      <div className="flex flex-col gap-6">
        <div>
          <h2 className="text-xl">Lines</h2>
          <p className="text-ink-soft">What it pays for, each with its amount. Their sum is the amount of the wire.</p>
        </div>
        {Array.from({ length: shown }, (_, index) => row(index))}
        <details>
          <summary className="min-h-11 cursor-pointer py-2 font-semibold text-green">More lines</summary>
          <div className="flex flex-col gap-6 pt-4">
            {Array.from({ length: Math.max(0, ROWS_MAX - shown) }, (_, index) => row(shown + index))}
          </div>
        </details>
      </div>
    </>
  )
}

/** Why a group cannot be chosen stands in the open: a closed select hides it, and a phone cuts it off. */
function GroupHint({ target }: { target: RequestTarget }) {
  const shut = target.aidGroups.filter((group) => group.reason !== null)
  return (
    <>
      Donors gave to this campaign for these groups.
      {shut.map((group) => (
        <span key={group.id} className="block">
          Not now: {group.name}. {group.reason}
        </span>
      ))}
    </>
  )
}

function LineRow({ index, currency, line }: { index: number; currency: string; line?: DisbursementLineView }) {
  return (
    <fieldset className="grid gap-4 border-t border-rule pt-4 sm:grid-cols-2">
      <legend className="pe-3 font-semibold">Line {index + 1}</legend>
      <div className="sm:col-span-2">
        <TextField
          name={`lines.${index}.description`}
          label="What"
          optional={index > 0}
          maxLength={300}
          defaultValue={line?.description ?? ''}
        />
      </div>
      <SelectField
        name={`lines.${index}.category`}
        label="Kind of aid"
        optional={index > 0}
        options={CATEGORIES}
        placeholder="Choose"
        defaultValue={line?.category ?? ''}
      />
      <MoneyField
        name={`lines.${index}.amount`}
        label="Amount"
        optional={index > 0}
        currency={currency}
        defaultValue={line ? toDecimalString(line.amountMinor, currency) : ''}
      />
    </fieldset>
  )
}
