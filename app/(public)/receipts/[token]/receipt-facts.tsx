import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { Money } from '#components/ui/money.tsx'
import type { ReceiptView } from '#lib/donations/types.ts'

/** Everything of the receipt that a tax office may ask for, but the donor's name: that is in the PDF alone. */
export function ReceiptFacts({ receipt, pdf }: { receipt: ReceiptView; pdf: string }) {
  const { settledAt, givenOn, entryId, purse, chapterLegalName, issued } = receipt
  const { returnedMinor, totalMinor } = receipt
  return (
    <div className="flex flex-col gap-4">
      <DefinitionList
        items={[
          { term: 'Number', detail: <span className="figures">{numberOf(receipt)}</span> },
          { term: 'Received by', detail: <Receiver receipt={receipt} name={chapterLegalName} /> },
          { term: 'On', detail: givenOn ?? (settledAt ? <DateTime at={settledAt} /> : '') },
          { term: 'For', detail: receipt.campaignTitle },
          { term: 'Paid into', detail: <span className="inline-block first-letter:uppercase">{purse?.name}</span> },
          { term: 'Entry in the books', detail: <span className="figures">No. {String(entryId)}</span> },
          ...deductible(receipt),
        ]}
      />
      {issued && returnedMinor < totalMinor ? <p className="max-w-prose">{issued.statement}</p> : null}
      {issued?.signatureLine ? <p>{issued.signatureLine}</p> : null}
      {issued ? (
        <p className="print:hidden">
          <LinkButton href={pdf} variant="secondary" download>
            Receipt as PDF
          </LinkButton>
          <span className="mt-1 block text-sm text-ink-soft">It has the name you gave. This page has not.</span>
        </p>
      ) : null}
    </div>
  )
}

function numberOf({ issued, returnedMinor, totalMinor }: ReceiptView): string {
  if (!issued) return 'Being written: look again in a minute'
  if (returnedMinor === totalMinor) return `${issued.label}, void`
  return issued.revision > 1 ? `${issued.label}, corrected` : issued.label
}

function Receiver({ receipt: { issued, deductibility }, name }: { receipt: ReceiptView; name: string }) {
  return (
    <>
      {name}
      {issued?.address ? <span className="block whitespace-pre-line text-ink-soft">{issued.address}</span> : null}
      {issued?.registrationNumber ? (
        <span className="block text-ink-soft">
          {deductibility === 'c3' ? 'EIN' : 'Registered number'} {issued.registrationNumber}
        </span>
      ) : null}
    </>
  )
}

function deductible({ issued, deductibility, currency, returnedMinor, totalMinor }: ReceiptView) {
  if (!issued || issued.deductibleMinor === null || returnedMinor === totalMinor) return []
  const term = deductibility === 'giftaid' ? 'Open to Gift Aid' : 'Tax-deductible, as far as the law allows'
  return [{ term, detail: <Money amountMinor={issued.deductibleMinor} currency={currency} /> }]
}
