import { AID_CATEGORY_LABEL } from '#components/purse/aid-category.ts'
import { Badge, type Tone } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { FileLink } from '#components/ui/file-link.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { DisbursementLineView, EvidenceView, PublicDisbursement } from '#lib/disbursements/types.ts'

const STATE: Record<PublicDisbursement['status'], { word: string; tone: Tone; next: string }> = {
  approved: {
    word: 'Promised',
    tone: 'waiting',
    next: 'Two people agreed to it and the money is set aside. It is sent after a last look at every gate.',
  },
  released: {
    word: 'Sent',
    tone: 'active',
    next: 'Within 30 days the aid group says that it arrived and shows what it bought.',
  },
  confirmed: { word: 'Arrived', tone: 'done', next: 'The aid group has the money, and what it bought is below.' },
  returned: {
    word: 'Came back',
    tone: 'stopped',
    next: 'The bank returned it and it is in the campaign’s fund again.',
  },
}

/** What was promised and sent, to whom, for what, and what proves it. The purse line leads here. */
export function DisbursementList({ disbursements }: { disbursements: readonly PublicDisbursement[] }) {
  if (disbursements.length === 0) {
    return (
      <EmptyState title="Nothing promised yet">
        The first one appears here as soon as two people agreed to it.
      </EmptyState>
    )
  }
  return (
    <div className="flex flex-col gap-6">
      {disbursements.map((disbursement) => (
        <Disbursement key={disbursement.id} {...disbursement} />
      ))}
    </div>
  )
}

/** What a state means while the rest is not public yet. */
const LATER: Partial<Record<PublicDisbursement['status'], string>> = {
  released: 'It left the bank. To protect the people who receive it, the rest becomes public later.',
  returned: 'The bank returned it and it is in the campaign’s fund again. The rest becomes public later.',
}

function Disbursement(props: PublicDisbursement) {
  const { number, status, isPublished, on, aidGroupName, purpose, currency, amountMinor, lines, evidence } = props
  const columns: Column<DisbursementLineView>[] = [
    {
      key: 'what',
      header: 'What',
      cell: ({ description, category }) => (
        <>
          {description}
          <span className="block text-ink-soft">{AID_CATEGORY_LABEL[category]}</span>
        </>
      ),
    },
    {
      key: 'amount',
      header: 'Amount',
      align: 'figure',
      cell: (line) => <Money amountMinor={line.amountMinor} currency={currency} />,
      total: <Money amountMinor={amountMinor} currency={currency} />,
    },
  ]
  return (
    <article
      id={`disbursement-${number}`}
      aria-labelledby={`disbursement-${number}-title`}
      className="flex scroll-mt-4 flex-col gap-3 rounded-md border border-rule bg-sheet p-4 target:border-marigold target:outline-3 target:outline-marigold sm:p-6"
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h3 id={`disbursement-${number}-title`}>{purpose}</h3>
        <Money amountMinor={amountMinor} currency={currency} className="font-serif text-lg font-semibold" />
      </div>
      <p className="text-sm text-ink-soft">
        Disbursement <span className="figures">{number}</span>
        {aidGroupName === null ? null : ` to ${aidGroupName}`},{' '}
        <DateTime at={on} show={isPublished ? 'day' : 'month'} />
      </p>
      <p className="max-w-prose leading-7">
        <Badge tone={STATE[status].tone}>{STATE[status].word}</Badge>{' '}
        {(isPublished ? null : LATER[status]) ?? STATE[status].next}
      </p>
      {isPublished ? (
        <Table
          caption={`Lines of disbursement ${number}`}
          captionHidden
          columns={columns}
          rows={lines}
          rowKey={({ id }) => id}
          totalLabel="Total"
        />
      ) : null}
      <Evidence evidence={evidence} />
    </article>
  )
}

function Evidence({ evidence }: { evidence: readonly EvidenceView[] }) {
  if (evidence.length === 0) return null
  return (
    <div>
      <h4 className="font-semibold">What proves it</h4>
      <ul className="mt-1 grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {evidence.map(({ id, fileId, caption, takenOn, linePosition, mediaType, byteCount }) => (
          <li key={id} className="flex flex-col gap-1 text-sm">
            {mediaType.startsWith('image/') ? (
              <img
                src={`/files/${fileId}`}
                alt={caption}
                loading="lazy"
                className="aspect-video w-full rounded-sm bg-sunk object-cover"
              />
            ) : null}
            <FileLink
              href={`/files/${fileId}`}
              kind={mediaType.replace(/^.*\//, '').toUpperCase()}
              byteCount={byteCount}
            >
              {caption}
            </FileLink>
            <span className="text-ink-soft">
              <DateTime at={takenOn} show="short" />
              {linePosition === null ? null : `, line ${linePosition}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
