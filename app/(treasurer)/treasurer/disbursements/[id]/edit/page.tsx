import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { findDisbursement } from '#lib/disbursements/find-disbursement.ts'
import { canEdit } from '#lib/disbursements/policy.ts'
import { findRequestTarget } from '#lib/disbursements/queries.ts'
import { AppError } from '#lib/errors.ts'
import { deskPerson } from '../../desk-person.ts'
import { RequestFields, TargetPanel } from '../../request-fields.tsx'
import { edit } from '../actions.ts'
import { Subject } from '../decision-forms.tsx'

export const metadata: Metadata = { title: 'Change a disbursement' }

const PATH = '/treasurer/disbursements'

export default async function EditDisbursementPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const actor = await deskPerson(`${PATH}/${id}/edit`)
  const view = await findDisbursement(actor, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  })
  const verdict = canEdit(actor, view.facts)
  const target = verdict.allowed ? await findRequestTarget(actor, view.campaignId) : null
  return (
    <TreasurerDesk
      title={`Change disbursement ${view.number}`}
      chapters={[view.chapterName]}
      current={PATH}
      crumbs={[
        { label: 'Disbursements', href: PATH },
        { label: `Disbursement ${view.number}`, href: `${PATH}/${view.id}` },
      ]}
      {...(verdict.allowed
        ? {}
        : { nextAction: { kind: 'unavailable' as const, label: 'Change the request', reason: verdict.reason } })}
    >
      {target ? (
        <>
          {view.status === 'approved' ? (
            <Alert kind="attention" title="It is already approved">
              <p>
                When you change it, the approval becomes void, the promise is taken back, and it waits for approval
                again.
              </p>
            </Alert>
          ) : null}
          <TargetPanel target={target} />
          <ActionForm action={edit} submitLabel="Save and ask for approval" label="Change the request">
            <Subject view={view} />
            <RequestFields target={target} filled={view} />
          </ActionForm>
        </>
      ) : null}
    </TreasurerDesk>
  )
}
