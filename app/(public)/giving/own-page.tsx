import { Page } from '#components/shell/page.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Pagination } from '#components/ui/pagination.tsx'
import type { GivingPage } from '#lib/donations/read-giving.ts'
import { closePage } from './actions.ts'
import { GiftTable } from './gift-table.tsx'
import { PledgeTable } from './pledge-table.tsx'
import { YearTable } from './year-table.tsx'

const SHOWN = 25

type OwnPageProps = { giving: GivingPage; asked: string | string[] | undefined }

/** Everything somebody gave, as they see it who hold the session of that address. */
export function OwnPage({ giving, asked }: OwnPageProps) {
  const { email, gifts, pledges, years } = giving
  const pageCount = Math.max(1, Math.ceil(gifts.length / SHOWN))
  const page = Math.min(Math.max(1, Number(typeof asked === 'string' ? asked : '1') || 1), pageCount)
  const from = (Math.floor(page) - 1) * SHOWN
  const shown = gifts.slice(from, from + SHOWN)
  return (
    <Page title="Your gifts" lead={`Everything that was given with ${email ?? 'this address'}.`}>
      {gifts.length === 0 ? (
        <EmptyState title="No gift has arrived yet">
          A gift is here as soon as its payment has arrived. Monthly gifts are listed below.
        </EmptyState>
      ) : (
        <Panel
          id="years"
          title="Year by year"
          intro="For your tax papers: what stayed with each chapter, as your receipts say it."
        >
          <YearTable years={years} />
        </Panel>
      )}
      {pledges.length > 0 ? (
        <Panel id="monthly" title="Monthly gifts">
          <PledgeTable pledges={pledges} />
        </Panel>
      ) : null}
      {gifts.length > 0 ? (
        <Panel id="gifts" title="Each gift" intro="Open a gift to follow its cents.">
          <GiftTable gifts={shown} />
          {pageCount > 1 ? (
            <Pagination
              label="Your gifts"
              position={`${from + 1} to ${from + shown.length} of ${gifts.length}`}
              previousHref={page > 1 ? `/giving?page=${page - 1}#gifts` : undefined}
              nextHref={page < pageCount ? `/giving?page=${page + 1}#gifts` : undefined}
            />
          ) : null}
        </Panel>
      ) : null}
      <ActionForm
        action={closePage}
        submitLabel="Close this page"
        submitVariant="secondary"
        label="Close this page"
        className="flex flex-col gap-2 print:hidden"
      >
        <p className="max-w-prose text-ink-soft">It closes by itself two hours after you opened the link.</p>
      </ActionForm>
    </Page>
  )
}
