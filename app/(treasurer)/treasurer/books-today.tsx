import { Alert } from '#components/ui/alert.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import type { Actor } from '#lib/auth/types.ts'
import { lastRun } from '#lib/reconciliation/queries.ts'

/** What the last daily comparison of Stripe, ledger and banks said; nothing for those who do not read the books. */
export async function BooksToday({ actor }: { actor: Actor }) {
  const run = await lastRun(actor)
  if (!run) return null
  return (
    <Alert kind={run.isZero ? 'done' : 'attention'} title={run.sentence}>
      <p>
        Checked <DateTime at={run.at} show="minute" />. <a href="/treasurer/reconciliation">Reconciliation</a>
      </p>
    </Alert>
  )
}
