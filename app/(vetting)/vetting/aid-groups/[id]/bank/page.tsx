import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { DocumentList } from '#components/vetting/document-list.tsx'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { findWriter } from '#lib/vetting/find-writer.ts'
import { personNames } from '#lib/vetting/queries.ts'
import { type Dossier, readDossier } from '#lib/vetting/read-dossier.ts'
import { refuseReveal } from '#lib/vetting/reveal-bank.ts'
import { refuseVerification } from '#lib/vetting/verify-bank.ts'
import { reveal, verify } from '../../actions.ts'
import { DossierFrame, type DossierPage, loadDossier } from '../dossier-frame.tsx'

export const metadata: Metadata = { title: 'Bank account of an aid group' }

type Props = { params: Promise<{ id: string }> }
type Account = NonNullable<Dossier['bankAccount']>

const COOLING_OFF_MS = 86_400_000
const METHOD = {
  call_back: 'Call back, on a number known from elsewhere',
  bank_letter: 'Letter of the bank',
  test_transfer: 'Test transfer that arrived',
  in_person: 'In person, with the bank’s papers',
} as const

export default async function BankPage({ params }: Props) {
  const { id } = await params
  const page = await loadDossier(id, '/bank')
  const { bankAccount, documents, sections } = await readDossier(db(), id)
  return (
    <DossierFrame {...page} current="/bank">
      {bankAccount === null ? (
        <EmptyState title="No bank account yet">
          The aid group enters it at its link, or somebody of the chapter at this desk, who then does not verify it.
        </EmptyState>
      ) : (
        <>
          <CoolingOff enteredAt={bankAccount.enteredAt} />
          <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]">
            <Facts account={bankAccount} legalName={sections.identity?.data.legalName ?? ''} />
            <DocumentList
              documents={documents.filter(({ kind }) => kind === 'bank_letter')}
              none="No letter of the bank was added."
            />
          </div>
          <Verification page={page} account={bankAccount} />
          <NumberForm page={page} account={bankAccount} />
        </>
      )}
    </DossierFrame>
  )
}

/** For a day after any change no money goes to the account: whoever was tricked into changing it has time to notice. */
function CoolingOff({ enteredAt }: { enteredAt: Date }) {
  const ends = new Date(enteredAt.getTime() + COOLING_OFF_MS)
  if (ends <= now()) return null
  const hours = Math.ceil((ends.getTime() - now().getTime()) / 3_600_000)
  return (
    <Alert
      kind="attention"
      title={`This account is new: no money goes to it for ${hours} more ${hours === 1 ? 'hour' : 'hours'}`}
    >
      <p>
        Each change of an account waits for 24 hours, until <DateTime at={ends} show="minute" />.
      </p>
    </Alert>
  )
}

async function Facts({ account, legalName }: { account: Account; legalName: string }) {
  const names = await personNames(db(), [account.enteredBy, ...(account.verifiedById ? [account.verifiedById] : [])])
  const { holderName, verifiedAt, verificationMethod, verificationNote } = account
  return (
    <DefinitionList
      items={[
        { term: 'Holder', detail: <bdi>{holderName}</bdi> },
        { term: 'Registered name', detail: <bdi>{legalName || 'Not given yet'}</bdi> },
        { term: 'Bank', detail: `${account.bankName}, ${account.bankCountry}` },
        { term: 'Number', detail: <span className="figures">ends in {account.lastDigits}</span> },
        { term: 'Currency', detail: account.currency },
        {
          term: 'Entered',
          detail: (
            <>
              By {names.get(account.enteredBy) ?? 'somebody'}, <DateTime at={account.enteredAt} show="minute" />
            </>
          ),
        },
        {
          term: 'Verified',
          detail: verifiedAt ? (
            <>
              By {names.get(account.verifiedById ?? '') ?? 'somebody'}, <DateTime at={verifiedAt} show="minute" />.{' '}
              {verificationMethod ? METHOD[verificationMethod] : ''}: {verificationNote}
            </>
          ) : (
            'Not yet'
          ),
        },
        {
          term: 'Fingerprint',
          detail: <span className="break-all font-mono text-sm">{account.fingerprint}</span>,
        },
      ]}
    />
  )
}

async function Verification({ page: { actor, group }, account }: { page: DossierPage; account: Account }) {
  if (account.verifiedAt) return null
  const enteredBy = await findWriter(db(), account.enteredBy, actor.userId)
  const refusal = refuseVerification(actor, { ...group, enteredBy })
  return (
    <Panel
      id="verify"
      title="Verify it by another way"
      intro="Not by the letter or link that brought the number: by a telephone number you know from elsewhere, by the bank, or by a test transfer."
    >
      {refusal ? (
        <p className="max-w-prose">{refusal.message}</p>
      ) : (
        <ActionForm action={verify} submitLabel="It is theirs" label="Verify the bank account">
          <HiddenField name="aidGroupId" value={group.id} />
          <HiddenField name="accountId" value={account.id} />
          <RadioGroupField
            name="method"
            label="How"
            options={Object.entries(METHOD).map(([value, label]) => ({ value, label }))}
          />
          <TextareaField
            name="note"
            label="What you did"
            hint="Whom you spoke to, on which number and when. No account numbers here."
            rows={3}
          />
        </ActionForm>
      )}
    </Panel>
  )
}

async function NumberForm({ page: { actor, group }, account }: { page: DossierPage; account: Account }) {
  const enteredBy = await findWriter(db(), account.enteredBy, actor.userId)
  const refusal = refuseReveal(actor, group, { enteredBy })
  return (
    <Panel
      id="number"
      title="The whole number"
      intro="For whoever verifies the account or sends money to it. Each look at it leaves a line in the audit log."
    >
      {refusal ? (
        <p className="max-w-prose">{refusal.message}</p>
      ) : (
        <ActionForm action={reveal} submitLabel="Show the number" submitVariant="secondary" label="Show the number">
          <HiddenField name="aidGroupId" value={group.id} />
          <HiddenField name="accountId" value={account.id} />
        </ActionForm>
      )}
    </Panel>
  )
}
