import type { Metadata } from 'next'
import { PeriodForm } from '#components/reports/period-form.tsx'
import { StatementView } from '#components/reports/statement-view.tsx'
import { Page } from '#components/shell/page.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { periodStatement } from '#lib/reports/build-statement.ts'
import { findScope } from '#lib/reports/find-scope.ts'
import { addressOf, readFilter, typedQuery } from '#lib/reports/read-filter.ts'
import { reportSchema } from '#lib/reports/schema.ts'
import { nothingHere } from '../../nothing-here.ts'

type Props = {
  params: Promise<{ chapterSlug: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const found = await findScope((await params).chapterSlug)
  return { title: found ? `Report: ${found.name}` : 'Not found' }
}

export default async function ReportPage({ params, searchParams }: Props) {
  const { chapterSlug } = await params
  const query = await searchParams
  const read = readFilter(reportSchema, query)
  const found = await findScope(chapterSlug, read.ok ? read.filter.campaign : undefined)
  if (!found) nothingHere()
  const typed = typedQuery(query)
  const path = `/reports/${chapterSlug}`
  const period = read.ok ? read.filter : { from: '', to: '' }
  return (
    <Page title={found.name} lead="Transparency report" crumbs={[{ label: 'Reports', href: '/reports' }]}>
      <PeriodForm
        action={path}
        state={{ typed, fieldErrors: read.ok ? {} : read.fieldErrors }}
        from={period.from}
        to={period.to}
        campaigns={found.campaigns}
      />
      {read.ok ? (
        <StatementView
          statement={await periodStatement({ scope: found.scope, from: read.filter.from, to: read.filter.to })}
          jsonHref={addressOf(`${path}/report.json`, typed)}
        />
      ) : (
        <Alert kind="error" title="There is no report for this">
          {Object.values(read.fieldErrors).flat().join('. ')}.
        </Alert>
      )}
    </Page>
  )
}
