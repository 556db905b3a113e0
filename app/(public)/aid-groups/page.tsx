import type { Metadata } from 'next'
import { RefusalCounter } from '#components/purposes/refusal-counter.tsx'
import { Page } from '#components/shell/page.tsx'
import { Card } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { now as clock } from '#lib/clock.ts'
import { listRefusals } from '#lib/purposes/queries.ts'
import { listPublicAidGroups } from '#lib/vetting/queries.ts'
import type { PublicAidGroup } from '#lib/vetting/types.ts'
import { CheckedList } from './checked-list.tsx'
import { PublicAidGroupStatus } from './public-status.tsx'

export const metadata: Metadata = {
  title: 'Aid groups',
  description: 'The humanitarian and medical aid groups that receive the money, and how each of them was vetted.',
}

export default async function AidGroupsPage() {
  const [groups, refusals] = await Promise.all([listPublicAidGroups(), listRefusals()])
  const now = groups.filter(({ status }) => status === 'approved')
  const before = groups.filter(({ status }) => status !== 'approved')
  return (
    <Page
      title="Aid groups"
      lead="Money goes only to groups that were vetted: nominated by one person, reviewed by another, approved by a third, and again before the approval ends."
    >
      {now.length === 0 ? (
        <EmptyState title="No aid group is approved yet">They appear here when their vetting is finished.</EmptyState>
      ) : (
        <Groups groups={now} />
      )}
      {before.length > 0 ? (
        <section aria-labelledby="before" className="flex flex-col gap-5">
          <h2 id="before">Vetted before</h2>
          <p className="max-w-prose text-ink-soft">
            No money is sent to these groups now. What they received stays in the ledger.
          </p>
          <Groups groups={before} />
        </section>
      ) : null}
      <section aria-labelledby="how" className="flex flex-col gap-3">
        <h2 id="how">How a group is vetted</h2>
        <ol className="max-w-prose list-decimal space-y-2 pl-6">
          <li>
            A member of a chapter nominates it, or the group applies by itself. The nominator takes no further part.
          </li>
          <li>
            The group fills in its dossier: who it is, who stands behind it, where the money would go, what the aid is
            for.
          </li>
          <li>A reviewer checks each of the fourteen points below and compares every name with the sanctions lists.</li>
          <li>
            A second reviewer, who did neither, approves it for at most 24, 12 or 6 months, by risk, and up to a sum.
          </li>
          <li>
            The database asks again at every payment. One person can stop the money at any time; starting it again takes
            two.
          </li>
        </ol>
        <p className="max-w-prose text-ink-soft">
          Some groups have another name here than in their papers, and no place is shown: people work where it is
          dangerous.
        </p>
        <h3>What is checked each time</h3>
        <CheckedList />
      </section>
      <RefusalCounter refusals={refusals} year={clock().getUTCFullYear()} />
    </Page>
  )
}

function Groups({ groups }: { groups: PublicAidGroup[] }) {
  return (
    <ul className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
      {groups.map((group) => (
        <li key={group.id} className="flex">
          <Card
            title={group.name}
            href={`/aid-groups/${group.slug}`}
            kicker={group.country}
            className="w-full"
            headingLevel={2}
            footer={
              group.status === 'approved' && group.approvedUntil ? (
                <span className="text-ink-soft">
                  Approved until <DateTime at={group.approvedUntil} />
                </span>
              ) : (
                <PublicAidGroupStatus group={group} />
              )
            }
          >
            <p>{group.summary}</p>
          </Card>
        </li>
      ))}
    </ul>
  )
}
