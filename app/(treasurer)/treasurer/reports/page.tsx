import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { PeriodForm } from '#components/reports/period-form.tsx'
import { StatementView } from '#components/reports/statement-view.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { periodStatement } from '#lib/reports/build-statement.ts'
import { chaptersWithBooks } from '#lib/reports/find-funds.ts'
import { FEDERATION, findScope } from '#lib/reports/find-scope.ts'
import { addressOf, readFilter, typedQuery } from '#lib/reports/read-filter.ts'
import { reportSchema } from '#lib/reports/schema.ts'
import { deskPerson } from '../disbursements/desk-person.ts'

export const metadata: Metadata = { title: 'Reports' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const PATH = '/treasurer/reports'

/** The same report as the public one, made at the desk: whose, which period, as a page or as data. */
export default async function TreasurerReportsPage({ searchParams }: Props) {
  const actor = await deskPerson(PATH)
  const query = await searchParams
  const typed = typedQuery(query)
  const chapters = await chaptersWithBooks(actor)
  const scopes = [
    ...chapters.map(({ slug, name }) => ({ value: slug, label: name })),
    { value: FEDERATION, label: 'The whole federation' },
  ]
  const slug = typed['scope'] ?? scopes[0]?.value ?? FEDERATION
  const read = readFilter(reportSchema, query)
  const all = scopes.some(({ value }) => value === slug) ? await findScope(slug) : null
  if (!all || chapters.length === 0) notFound()
  // Another scope was chosen while a campaign of the one before was still in the form.
  const campaign =
    read.ok && all.campaigns.some((one) => one.slug === read.filter.campaign) ? read.filter.campaign : undefined
  const found = campaign === undefined ? all : await findScope(slug, campaign)
  if (!found) notFound()
  const { scope: _, ...rest } = typed
  const period = read.ok ? read.filter : { from: '', to: '' }
  return (
    <TreasurerDesk title={`Report: ${found.name}`} chapters={chapters.map(({ name }) => name)} current={PATH}>
      <PeriodForm
        action={PATH}
        state={{ typed, fieldErrors: read.ok ? {} : read.fieldErrors }}
        {...period}
        campaigns={all.campaigns}
        scopes={scopes}
      />
      {read.ok ? (
        <>
          <p>
            This is the public report: <a href={addressOf(`/reports/${slug}`, rest)}>its own address</a>.
          </p>
          <StatementView
            statement={await periodStatement({ scope: found.scope, from: read.filter.from, to: read.filter.to })}
            jsonHref={addressOf(`/reports/${slug}/report.json`, rest)}
          />
        </>
      ) : (
        <Alert kind="error" title="There is no report for this">
          {Object.values(read.fieldErrors).flat().join('. ')}.
        </Alert>
      )}
    </TreasurerDesk>
  )
}
