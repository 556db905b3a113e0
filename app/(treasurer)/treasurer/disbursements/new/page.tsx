import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Button } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { findRequestTarget, listRequestTargets } from '#lib/disbursements/queries.ts'
import { deskPerson } from '../desk-person.ts'
import { RequestFields, TargetPanel } from '../request-fields.tsx'
import { request } from './actions.ts'

export const metadata: Metadata = { title: 'New disbursement' }

const PATH = '/treasurer/disbursements'

export default async function NewDisbursementPage({ searchParams }: { searchParams: Promise<{ campaign?: string }> }) {
  const actor = await deskPerson(`${PATH}/new`)
  const targets = await listRequestTargets(actor)
  const { campaign } = await searchParams
  if (campaign && !targets.some(({ id }) => id === campaign)) notFound()
  const chosen = campaign ?? (targets.length === 1 ? targets[0]?.id : undefined)
  const target = chosen ? await findRequestTarget(actor, chosen) : null
  return (
    <TreasurerDesk title="New disbursement" current={PATH} crumbs={[{ label: 'Disbursements', href: PATH }]}>
      {targets.length === 0 ? (
        <EmptyState title="No campaign to send from">
          Organizers and treasurers ask for money of campaigns that are live, paused or closed.
        </EmptyState>
      ) : null}
      {targets.length > 1 ? (
        <form method="get" className="flex max-w-form flex-wrap items-end gap-4">
          <div className="min-w-0 flex-1">
            <SelectField
              name="campaign"
              label="Campaign"
              placeholder="Choose a campaign"
              defaultValue={chosen ?? ''}
              options={targets.map(({ id, title, chapterName }) => ({ value: id, label: `${title}, ${chapterName}` }))}
            />
          </div>
          <Button type="submit" variant="secondary">
            {target ? 'Change campaign' : 'Go on'}
          </Button>
        </form>
      ) : null}
      {target ? (
        <>
          <TargetPanel target={target} />
          {target.fund.headroomMinor > 0n ? null : (
            <Alert kind="attention" title="Nothing can be promised from this fund now">
              <p>You may ask; it can be approved once money of the fund is settled.</p>
            </Alert>
          )}
          <ActionForm action={request} submitLabel="Ask for approval" label="New disbursement">
            <HiddenField name="campaignId" value={target.campaignId} />
            <RequestFields target={target} />
          </ActionForm>
        </>
      ) : null}
    </TreasurerDesk>
  )
}
