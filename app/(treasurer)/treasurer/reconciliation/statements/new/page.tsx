import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Button } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { FileField } from '#components/ui/file-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { reconcilingChapterIds } from '#lib/reconciliation/policy.ts'
import { listAccounts } from '#lib/reconciliation/queries.ts'
import { importFile } from '../../actions.ts'
import { bookPerson } from '../../book-person.ts'
import { MappingFields } from './mapping-fields.tsx'

export const metadata: Metadata = { title: 'Import a statement' }

const DESK = '/treasurer/reconciliation'

export default async function NewStatementPage({ searchParams }: { searchParams: Promise<{ account?: string }> }) {
  const actor = await bookPerson(`${DESK}/statements/new`)
  const chapterIds = reconcilingChapterIds(actor)
  const accounts = (await listAccounts(actor)).filter(({ chapterId }) => chapterIds.includes(chapterId))
  const { account: asked } = await searchParams
  if (asked && !accounts.some(({ id }) => id === asked)) notFound()
  const account = accounts.find(({ id }) => id === asked) ?? (accounts.length === 1 ? accounts[0] : undefined)
  return (
    <TreasurerDesk title="Import a statement" current={DESK} crumbs={[{ label: 'Reconciliation', href: DESK }]}>
      {accounts.length === 0 ? (
        <EmptyState title="No bank account to import for">
          A treasurer adds it at the end of the reconciliation page.
        </EmptyState>
      ) : null}
      {accounts.length > 1 ? (
        <form method="get" className="flex max-w-form flex-wrap items-end gap-4">
          <div className="min-w-0 flex-1">
            <SelectField
              name="account"
              label="Bank account"
              placeholder="Choose an account"
              defaultValue={account?.id ?? ''}
              options={accounts.map(({ id, name, numberMasked, currency }) => ({
                value: id,
                label: `${name}, ${numberMasked}, ${currency}`,
              }))}
            />
          </div>
          <Button type="submit" variant="secondary">
            {account ? 'Change account' : 'Go on'}
          </Button>
        </form>
      ) : null}
      {account ? (
        <ActionForm action={importFile} submitLabel="Import this file" label="Import a statement">
          <HiddenField name="bankAccountId" value={account.id} />
          <FileField
            name="file"
            label={`Statement of ${account.name}`}
            hint="CAMT.053 (XML), OFX or CSV as the bank exports it, at most 10 MB. The same file or an overlapping one can be imported again: no line is counted twice."
            accept=".xml,.ofx,.qfx,.csv,.txt,text/csv,application/xml,text/xml,application/x-ofx"
          />
          <MappingFields mapping={account.csvMapping} />
        </ActionForm>
      ) : null}
    </TreasurerDesk>
  )
}
