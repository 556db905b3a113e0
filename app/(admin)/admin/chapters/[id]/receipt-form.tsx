import { ActionForm } from '#components/ui/action-form.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { SettingsVersion } from '#lib/donations/read-receipt-settings.ts'
import { saveReceipts } from '../actions.ts'
import { DEDUCTIBILITY } from '../deductibility.ts'

const MONTHS = Array.from({ length: 12 }, (_, index) => ({
  value: String(index + 1),
  label: new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' }).format(
    new Date(Date.UTC(2026, index, 1)),
  ),
}))
const ZONES = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({ value: zone, label: zone }))

/** Everything a receipt says of the chapter. */
export function ReceiptForm({ chapterId, settings }: { chapterId: string; settings: SettingsVersion }) {
  return (
    <ActionForm action={saveReceipts} submitLabel="Save as a new version" label="What receipts say">
      <HiddenField name="chapterId" value={chapterId} />
      <HiddenField name="version" value={String(settings.version)} />
      <TextField
        name="legalName"
        label="Registered name"
        hint="The organization that receives the gifts."
        defaultValue={settings.legalName}
      />
      <TextareaField name="address" label="Postal address" rows={3} optional defaultValue={settings.address} />
      <TextField
        name="registrationNumber"
        label="EIN or charity number"
        hint="An EIN is written 12-3456789. Needed where gifts are deductible or Gift Aid is claimed."
        optional
        width="short"
        defaultValue={settings.registrationNumber}
      />
      <SelectField
        name="deductibility"
        label="What receipts say about tax"
        hint="A US organization under 501(c)(4) chooses “not tax deductible”."
        options={DEDUCTIBILITY}
        defaultValue={settings.deductibility}
      />
      <TextareaField
        name="ownSentence"
        label="Sentence of your own"
        hint="Only for “something else”: it stands where the others have theirs."
        rows={3}
        optional
        defaultValue={settings.ownSentence}
      />
      <TextareaField
        name="goodsStatement"
        label="Goods or services in return"
        hint="Left empty, receipts say: No goods or services were provided in exchange for this gift. If donors get something, describe it with its value."
        rows={3}
        optional
        defaultValue={settings.goodsStatement}
      />
      <TextField
        name="signatureLine"
        label="Signature line"
        hint="Who signs receipts, like: Maria Diaz, treasurer."
        optional
        defaultValue={settings.signatureLine}
      />
      <SelectField
        name="fiscalYearStartMonth"
        label="The fiscal year begins in"
        options={MONTHS}
        defaultValue={String(settings.fiscalYearStartMonth)}
      />
      <SelectField
        name="timeZone"
        label="Time zone"
        hint="By its clock a gift falls into one year or the next."
        options={ZONES}
        defaultValue={settings.timeZone}
      />
    </ActionForm>
  )
}
