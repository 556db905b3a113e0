import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { Table } from '#components/ui/table.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { canNominate } from '#lib/vetting/policy.ts'
import type { Dossier } from '#lib/vetting/read-dossier.ts'
import { invite, revoke } from '../../actions.ts'
import type { DossierPage } from '../dossier-frame.tsx'

type Props = { page: DossierPage; applications: Dossier['applications'] }

const LANGUAGES = [
  { value: 'en', label: 'English' },
  { value: 'uk', label: 'Українська' },
]
const NO_LINK = ['pending_second_approval', 'suspended', 'rescreen_hit', 'rejected', 'withdrawn']

/** The links through which the aid group fills in its dossier, and the way to send it one. */
export function LinkPanel({ page: { actor, group }, applications }: Props) {
  const mayInvite = canNominate(actor, group.chapterId)
  return (
    <Panel
      id="link"
      title="The aid group’s own link"
      intro="The aid group fills in its dossier through a link, without an account. Whoever holds the link can write, so send it to the person you know. Somebody of the chapter can also fill it in at this desk, in their own name."
    >
      <div className="flex flex-col gap-6">
        <Links group={group.id} applications={applications} mayRevoke={mayInvite} />
        {!mayInvite ? (
          <p>Only an organizer or a vetting reviewer of this chapter can send a link.</p>
        ) : NO_LINK.includes(group.status) ? (
          <p>There is nothing to fill in as the vetting stands now.</p>
        ) : (
          <ActionForm action={invite} submitLabel="Make a link" submitVariant="secondary" label="Make a link">
            <HiddenField name="aidGroupId" value={group.id} />
            <TextField
              name="email"
              type="email"
              label="E-mail address"
              optional
              hint="We mail the link there. Left empty, the link is shown to you once, to hand on."
            />
            <RadioGroupField name="locale" label="Language" options={LANGUAGES} defaultValue="uk" />
          </ActionForm>
        )}
      </div>
    </Panel>
  )
}

function Links({
  group,
  applications,
  mayRevoke,
}: {
  group: string
  applications: Dossier['applications']
  mayRevoke: boolean
}) {
  return (
    <Table
      caption="Links"
      captionHidden
      rows={applications}
      rowKey={({ id }) => id}
      empty={<p className="text-ink-soft">No link has been made yet.</p>}
      columns={[
        {
          key: 'made',
          header: 'Made',
          nowrap: true,
          cell: ({ createdAt }) => <DateTime at={createdAt} show="short" />,
        },
        { key: 'round', header: 'Round', align: 'figure', cell: ({ round }) => round },
        { key: 'to', header: 'To', cell: ({ contactEmail }) => contactEmail ?? 'handed on' },
        {
          key: 'closes',
          header: 'Open until',
          nowrap: true,
          cell: ({ closesAt }) => <DateTime at={closesAt} show="short" />,
        },
        {
          key: 'sent',
          header: 'Sent in',
          nowrap: true,
          cell: ({ submittedAt }) => (submittedAt ? <DateTime at={submittedAt} show="short" /> : 'not yet'),
        },
        {
          key: 'revoke',
          header: 'State',
          cell: ({ id, isOpen, revokedAt }) =>
            isOpen && mayRevoke ? (
              <ActionForm
                action={revoke}
                submitLabel="Close it"
                submitVariant="secondary"
                submitSize="small"
                label={`Close the link ${id.slice(-4)}`}
                className="flex flex-col gap-2"
              >
                <HiddenField name="aidGroupId" value={group} />
                <HiddenField name="applicationId" value={id} />
              </ActionForm>
            ) : isOpen ? (
              'open'
            ) : revokedAt ? (
              'closed'
            ) : (
              'over'
            ),
        },
      ]}
    />
  )
}
