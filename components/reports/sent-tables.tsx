import { AID_CATEGORY_LABEL } from '#components/purse/aid-category.ts'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { FileLink } from '#components/ui/file-link.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { Recipient, SentItem } from '#lib/reports/types.ts'

/** Who received money in the period, and since when each is vetted. */
export function RecipientTable({ recipients }: { recipients: readonly Recipient[] }) {
  const showCode = new Set(recipients.map(({ currency }) => currency)).size > 1
  const columns: Column<Recipient>[] = [
    {
      key: 'name',
      header: 'Aid group',
      cell: ({ slug, name }) => (slug === null ? name : <a href={`/aid-groups/${slug}`}>{name}</a>),
    },
    {
      key: 'vetted',
      header: 'Vetted on',
      nowrap: true,
      cell: ({ slug, vettedOn }) =>
        vettedOn ? <DateTime at={vettedOn} show="short" /> : slug === null ? 'before the payment' : 'not recorded',
    },
    { key: 'wires', header: 'Wires', align: 'figure', cell: ({ wireCount }) => wireCount },
    {
      key: 'amount',
      header: 'Sent',
      align: 'figure',
      cell: ({ amountMinor, currency }) => <Money amountMinor={amountMinor} currency={currency} showCode={showCode} />,
    },
  ]
  return (
    <Table
      caption="Recipients"
      captionHidden
      columns={columns}
      rows={recipients}
      rowKey={({ slug, currency }) => `${slug}-${currency}`}
      empty={<EmptyState title="Nothing was sent">In this period no money left for an aid group.</EmptyState>}
    />
  )
}

/** Every wire of the period with what it bought and the proofs of it. */
export function SentTable({ sent }: { sent: readonly SentItem[] }) {
  const showCode = new Set(sent.map(({ currency }) => currency)).size > 1
  const columns: Column<SentItem>[] = [
    {
      key: 'on',
      header: 'Day',
      nowrap: true,
      cell: ({ on, isPublished }) => <DateTime at={on} show={isPublished ? 'short' : 'month'} />,
    },
    { key: 'what', header: 'What it bought', cell: (item) => <Bought item={item} showCode={showCode} /> },
    {
      key: 'to',
      header: 'To',
      cell: ({ aidGroup, campaign }) => (
        <>
          {aidGroup ? <a href={`/aid-groups/${aidGroup.slug}`}>{aidGroup.name}</a> : 'Details follow later'}
          <span className="block text-ink-soft">{campaign.title}</span>
        </>
      ),
    },
    { key: 'proof', header: 'Proof', cell: (item) => <Proof item={item} /> },
    {
      key: 'amount',
      header: 'Amount',
      align: 'figure',
      cell: ({ amountMinor, currency }) => <Money amountMinor={amountMinor} currency={currency} showCode={showCode} />,
    },
  ]
  return (
    <Table
      caption="Each disbursement, with its proof"
      captionHidden
      columns={columns}
      rows={sent}
      rowKey={({ number, amountMinor }) => `${number}-${amountMinor < 0n ? 'back' : 'out'}`}
      empty={<EmptyState title="Nothing was sent">In this period no money left for an aid group.</EmptyState>}
    />
  )
}

function Bought({ item, showCode }: { item: SentItem; showCode: boolean }) {
  const { number, purpose, campaign, lines, currency, amountMinor } = item
  return (
    <>
      <a href={`/campaigns/${campaign.slug}#disbursement-${number}`}>{purpose}</a>
      {amountMinor < 0n ? (
        <span className="block">The bank sent it back; it is in the fund again.</span>
      ) : (
        <ul>
          {lines.map((line) => (
            <li key={line.position} className="text-ink-soft">
              {line.description} ({AID_CATEGORY_LABEL[line.category]}),{' '}
              <Money amountMinor={line.amountMinor} currency={currency} showCode={showCode} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Proof({ item: { evidence, status, amountMinor, isPublished } }: { item: SentItem }) {
  if (amountMinor < 0n || status === 'returned') return <span className="text-ink-soft">came back</span>
  if (!isPublished) return <span className="text-ink-soft">later</span>
  if (evidence.length === 0) return <span className="text-ink-soft">not yet</span>
  return (
    <ul className="flex flex-col gap-2">
      {evidence.map(({ fileId, caption, mediaType, byteCount }) => (
        <li key={fileId}>
          <FileLink href={`/files/${fileId}`} kind={mediaType.replace(/^.*\//, '').toUpperCase()} byteCount={byteCount}>
            {caption}
          </FileLink>
        </li>
      ))}
    </ul>
  )
}
