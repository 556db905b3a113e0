import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { Table } from '#components/ui/table.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { BREAKER_LIMITS, CAMPAIGN_LIMITS, GIVER_LIMITS, TRIPPED_MINUTES } from '#lib/donations/check-limits.ts'
import { type DefenceView, readDefence } from '#lib/donations/read-defence.ts'
import { AdminDesk, currentAdmin } from '../../admin-desk.tsx'
import { setMode } from './actions.ts'

export const metadata: Metadata = { title: 'Stolen cards' }

const MODES = [
  {
    value: 'auto',
    label: 'When the counts say so',
    hint: `The breaker trips by itself and ends after ${TRIPPED_MINUTES} minutes.`,
  },
  { value: 'on', label: 'Always', hint: 'Everybody who has not given before proves that they are no program.' },
  { value: 'off', label: 'Never', hint: 'Nobody is asked; only the hard limits of one sender or address stay.' },
]
const MODE_NAME: Record<string, string> = Object.fromEntries(MODES.map(({ value, label }) => [value, label]))

export default async function DefencePage() {
  const defence = await readDefence(await currentAdmin('/admin/defence'))
  return (
    <AdminDesk title="Stolen cards" current="/admin/defence">
      <State defence={defence} />
      <Panel
        id="counts"
        title="What is counted"
        intro="Who it was stands here as a keyed hash only, and for thirty days."
      >
        <DefinitionList items={countsOf(defence)} />
      </Panel>
      <Panel id="campaigns" title="Where" intro="The last 24 hours, most declined cards first.">
        <Table
          caption="Gifts begun and cards declined by campaign, last 24 hours"
          captionHidden
          rows={defence.campaigns}
          rowKey={({ slug }) => slug}
          empty={<EmptyState title="Nothing in the last 24 hours" />}
          columns={[
            { key: 'title', header: 'Campaign', cell: ({ title }) => title },
            { key: 'begun', header: 'Begun', align: 'figure', cell: ({ begun }) => begun },
            { key: 'declined', header: 'Declined', align: 'figure', cell: ({ declined }) => declined },
          ]}
        />
      </Panel>
      <Panel id="switch" title="When givers prove themselves" intro="People who have given before are never asked.">
        <ActionForm action={setMode} submitLabel="Set it" label="When givers prove themselves">
          <RadioGroupField name="mode" label="Ask for proof" options={MODES} defaultValue={defence.mode} />
          <TextareaField name="reason" label="Why" hint="It stands in the audit log with your name." />
        </ActionForm>
      </Panel>
      <History history={defence.history} />
    </AdminDesk>
  )
}

function State({ defence }: { defence: DefenceView }) {
  const means = defence.usesTurnstile
    ? 'Turnstile'
    : 'a second of work by the browser, or a moment to wait without JavaScript'
  if (defence.trippedUntil) {
    return (
      <Alert kind="attention">
        The breaker has tripped: {defence.trippedReason}. Until <DateTime at={defence.trippedUntil} show="minute" />{' '}
        everybody who has not given before proves themselves by {means}.
      </Alert>
    )
  }
  if (defence.mode === 'on') return <Alert kind="attention">Everybody new proves themselves by {means}.</Alert>
  if (defence.mode === 'off')
    return <Alert kind="attention">The challenge is switched off, whatever the counts say.</Alert>
  return (
    <Alert kind="note">Nobody is challenged now. When the counts say so, new givers prove themselves by {means}.</Alert>
  )
}

function countsOf({ lately, day, tellsSenders }: DefenceView) {
  const { begunBySenderHour, begunByEmailHour, declinedByEmailHour } = GIVER_LIMITS
  return [
    {
      term: 'Gifts begun, 10 minutes',
      detail: `${lately.begun} (the breaker trips above ${BREAKER_LIMITS.begunByAll})`,
    },
    {
      term: 'Cards declined, 10 minutes',
      detail: `${lately.declined} (the breaker trips above ${BREAKER_LIMITS.declinedByAll})`,
    },
    { term: 'Proven, 10 minutes', detail: `${lately.proven}, and ${lately.waiting} waiting now` },
    { term: 'Last 24 hours', detail: `${day.begun} begun, ${day.declined} declined` },
    {
      term: 'Behind the declined cards',
      detail: `${sendersOf(day.senders, tellsSenders)}, ${day.addresses} addresses`,
    },
    {
      term: 'One campaign is challenged',
      detail: `above ${CAMPAIGN_LIMITS.begunByCampaign} begun or ${CAMPAIGN_LIMITS.declinedByCampaign} declined in 10 minutes`,
    },
    {
      term: 'One giver is stopped',
      detail: `above ${tellsSenders ? `${begunBySenderHour[1]} begun by a sender or ` : ''}${begunByEmailHour[1]} begun by an address in an hour, or ${declinedByEmailHour[1]} declined cards of an address`,
    },
  ]
}

function sendersOf(count: number, tellsSenders: boolean): string {
  return tellsSenders ? `${count} senders` : 'senders are not told apart (TRUSTED_PROXY_HOPS is 0)'
}

function History({ history }: Pick<DefenceView, 'history'>) {
  return (
    <Panel id="history" title="What happened" intro="From the audit log.">
      <Table
        caption="When the breaker tripped and who set the switch"
        captionHidden
        rows={history}
        rowKey={({ id }) => String(id)}
        empty={<EmptyState title="Nothing yet" />}
        columns={[
          {
            key: 'what',
            header: 'What',
            cell: ({ action, mode }) =>
              action === 'defence.trip' ? 'The breaker tripped' : `Set: ${MODE_NAME[mode ?? ''] ?? mode}`,
          },
          { key: 'why', header: 'Why', cell: ({ reason }) => reason ?? '' },
          { key: 'who', header: 'Who', cell: ({ actorName }) => actorName },
          { key: 'at', header: 'When', nowrap: true, cell: ({ at }) => <DateTime at={at} show="minute" /> },
        ]}
      />
    </Panel>
  )
}
