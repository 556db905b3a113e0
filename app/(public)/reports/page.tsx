import type { Metadata } from 'next'
import { Page } from '#components/shell/page.tsx'
import { Card } from '#components/ui/card.tsx'
import { FEDERATION, listChapters } from '#lib/reports/find-scope.ts'

export const metadata: Metadata = {
  title: 'Reports',
  description: 'What each chapter received, sent and has left, for any period, from the ledger.',
}

export default async function ReportsPage() {
  const chapters = await listChapters()
  return (
    <Page
      title="Reports"
      lead="For any period: what was there, what came in, what went out, what is there. Anyone can make a report again and compare."
    >
      <ul className="grid gap-6 md:grid-cols-2 lg:grid-cols-3">
        <li className="grid">
          <Card title="The whole federation" href={`/reports/${FEDERATION}`} headingLevel={2}>
            <p>All chapters and funds together, each currency by itself.</p>
          </Card>
        </li>
        {chapters.map(({ slug, name, city, country }) => (
          <li key={slug} className="grid">
            <Card title={name} href={`/reports/${slug}`} headingLevel={2}>
              <p>
                {city}, {country}
              </p>
            </Card>
          </li>
        ))}
      </ul>
    </Page>
  )
}
