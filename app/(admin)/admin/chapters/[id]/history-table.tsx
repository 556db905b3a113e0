import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { Table } from '#components/ui/table.tsx'
import type { SettingsVersion } from '#lib/donations/read-receipt-settings.ts'
import { DEDUCTIBILITY } from '../deductibility.ts'

/** What receipts said before, and who changed it when. */
export function HistoryTable({ versions }: { versions: SettingsVersion[] }) {
  return (
    <Table
      caption="Versions of what receipts say, the newest first"
      captionHidden
      rows={versions}
      rowKey={({ id }) => id}
      columns={[
        { key: 'version', header: 'Version', align: 'figure', cell: ({ version }) => version },
        { key: 'at', header: 'From', nowrap: true, cell: ({ createdAt }) => <DateTime at={createdAt} show="minute" /> },
        { key: 'who', header: 'Written by', cell: ({ authorName }) => authorName ?? 'The program, at the opening' },
        { key: 'law', header: 'About tax', cell: ({ deductibility }) => nameOf(deductibility) },
      ]}
      detail={(version) => <Version version={version} />}
    />
  )
}

function Version({ version }: { version: SettingsVersion }) {
  const { legalName, address, registrationNumber, ownSentence, goodsStatement, signatureLine } = version
  return (
    <details>
      <summary className="cursor-pointer">What version {version.version} said</summary>
      <DefinitionList
        items={[
          { term: 'Registered name', detail: legalName },
          { term: 'Address', detail: address || 'None' },
          { term: 'Number', detail: registrationNumber || 'None' },
          { term: 'Sentence of its own', detail: ownSentence || 'None' },
          { term: 'Goods or services', detail: goodsStatement || 'None were provided' },
          { term: 'Signature line', detail: signatureLine || 'None' },
          {
            term: 'Fiscal year',
            detail: `From month ${version.fiscalYearStartMonth}, by the clock of ${version.timeZone}`,
          },
        ]}
      />
    </details>
  )
}

function nameOf(deductibility: string): string {
  return DEDUCTIBILITY.find(({ value }) => value === deductibility)?.label ?? deductibility
}
