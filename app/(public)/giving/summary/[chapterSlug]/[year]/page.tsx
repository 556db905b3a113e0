import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { Page } from '#components/shell/page.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { readSummary, type YearSummary } from '#lib/donations/read-summary.ts'
import { currentDonor } from '../../../giving-cookie.ts'
import { SummaryTable } from './summary-table.tsx'

export const metadata: Metadata = {
  title: 'Your gifts of a year',
  robots: { index: false, follow: false },
  referrer: 'same-origin',
}

type Props = { params: Promise<{ chapterSlug: string; year: string }> }

/** What somebody gave a chapter in one of its fiscal years: the same figures as their receipts, added up. */
export default async function SummaryPage({ params }: Props) {
  const donor = await currentDonor()
  if (!donor) redirect('/giving')
  const { chapterSlug, year } = await params
  const summary = await readSummary(donor.donorId, { chapterSlug, year: Number(year) })
  if (!summary) notFound()
  const { chapterName, yearName, first, last, isOver, totals } = summary
  return (
    <Page
      title={`Your gifts to ${chapterName} in ${yearName}`}
      lead={`From ${first} to ${last}, to ${summary.legalName}.`}
      crumbs={[{ label: 'Your gifts', href: '/giving' }]}
    >
      {isOver ? null : (
        <Alert kind="note" title="This year is not over">
          It ends on {last}. Until then the sums can still grow.
        </Alert>
      )}
      {totals.map((total) => (
        <Panel
          key={total.key}
          id={`in-${total.currency.toLowerCase()}`}
          title={totals.length > 1 ? `In ${total.currency}` : 'Gifts'}
        >
          <SummaryTable summary={summary} total={total} />
        </Panel>
      ))}
      <About summary={summary} />
      <p className="print:hidden">
        <LinkButton href={`/giving/summary/${chapterSlug}/${year}/summary.pdf`} variant="secondary" download>
          Summary as PDF
        </LinkButton>
      </p>
    </Page>
  )
}

function About({
  summary: { statements, address, registrationNumber, deductibility, signatureLine },
}: {
  summary: YearSummary
}) {
  return (
    <Panel id="tax" title="About tax, for each of these gifts">
      <div className="flex max-w-prose flex-col gap-4">
        {statements.length === 0 ? <p>Nothing of these gifts stayed with the chapter.</p> : null}
        {statements.map((statement) => (
          <p key={statement}>{statement}</p>
        ))}
        {address ? <p className="whitespace-pre-line text-ink-soft">{address}</p> : null}
        {registrationNumber ? (
          <p className="text-ink-soft">
            {deductibility === 'c3' ? 'EIN' : 'Registered number'} {registrationNumber}
          </p>
        ) : null}
        {signatureLine ? <p>{signatureLine}</p> : null}
      </div>
    </Panel>
  )
}
