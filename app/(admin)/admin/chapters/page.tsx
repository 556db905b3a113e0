import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { campaignCurrencies } from '#lib/campaigns/schema.ts'
import { AdminDesk, currentAdmin } from '../../admin-desk.tsx'
import { open } from './actions.ts'
import { DEDUCTIBILITY } from './deductibility.ts'

export const metadata: Metadata = { title: 'Open a chapter' }

export default async function ChapterPage() {
  await currentAdmin('/admin/chapters')
  return (
    <AdminDesk title="Open a chapter" current="/admin/chapters">
      <ActionForm action={open} submitLabel="Open the chapter" label="Open a chapter">
        <TextField name="name" label="Name" hint="What members call it, usually the city." />
        <TextField name="legalName" label="Registered name" hint="It stands on receipts." />
        <TextField name="city" label="City" />
        <TextField name="country" label="Country" hint="Two letters, like US or GB." />
        <SelectField
          name="currency"
          label="Currency of its general fund"
          options={campaignCurrencies.map((code) => ({ value: code, label: code }))}
          placeholder="Choose"
        />
        <SelectField
          name="deductibility"
          label="What receipts say about tax"
          options={DEDUCTIBILITY}
          placeholder="Choose"
        />
      </ActionForm>
    </AdminDesk>
  )
}
