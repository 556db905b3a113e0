import type pg from 'pg'
import { db } from '#lib/db/client.ts'
import { mailPledgeStep } from '#lib/donations/mail-pledge-step.ts'
import { mailReceipt } from '#lib/donations/mail-receipt.ts'
import { postDueAvailable } from '#lib/donations/post-available.ts'
import { mailYearSummaries } from '#lib/donations/send-year-summaries.ts'
import { handleGroupChange } from '#lib/holds/handle-change.ts'
import type { JobHandlers } from '#lib/jobs/types.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { importUpload } from '#lib/screening/import-upload.ts'
import { rescreenGroups, screenQueuedGroup } from '#lib/vetting/screen-group.ts'
import { applyEvent } from '#lib/webhooks/apply-event.ts'
import { sweepStripe } from '#lib/webhooks/sweep-stripe.ts'

/** The worker's own handlers; only a mail's way out is left to the tests of mail. */
const HANDLERS: JobHandlers = {
  'send-mail': async () => undefined,
  'apply-stripe-event': applyEvent,
  'mail-receipt': mailReceipt,
  'mail-pledge-step': mailPledgeStep,
  'send-year-summaries': mailYearSummaries,
  'post-available': async () => void (await postDueAvailable()),
  'fold-funds': async () => void (await foldBusyFunds(db())),
  'sweep-stripe': async () => void (await sweepStripe()),
  'handle-group-change': handleGroupChange,
  'screen-group': screenQueuedGroup,
  'import-list': importUpload,
  'rescreen-groups': rescreenGroups,
}

export type Job = { id: string; name: keyof JobHandlers; payload: unknown }

/** The real queue's tables under a worker that takes jobs in the order the story wants. */
export class Queue {
  readonly #admin: pg.Client

  constructor(admin: pg.Client) {
    this.#admin = admin
  }

  /** Jobs nobody has, which are due: at once, or by the story's clock. */
  async due(at: Date, startedAt: Date): Promise<Job[]> {
    const { rows } = await this.#admin.query<Job>(
      `SELECT job.id::text, task.identifier AS name, job.payload FROM graphile_worker._private_jobs job
       JOIN graphile_worker._private_tasks task ON task.id = job.task_id
       WHERE job.locked_at IS NULL AND (job.run_at <= $1 OR job.run_at >= $2) ORDER BY job.priority, job.id`,
      [at, startedAt],
    )
    return rows
  }

  /** Everything that waits, due or not. */
  async length(): Promise<number> {
    const { rows } = await this.#admin.query<{ n: string }>('SELECT count(*) AS n FROM graphile_worker._private_jobs')
    return Number(rows[0]?.n)
  }

  /** A worker has it: whoever enqueues the same key now makes a second job. */
  async take(job: Job): Promise<void> {
    const sql = `UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'simulation', key = NULL WHERE id = $1`
    await this.#admin.query(sql, [job.id])
  }

  async run(job: Job): Promise<void> {
    const handle = HANDLERS[job.name] as (payload: unknown) => Promise<void>
    await handle(job.payload)
  }

  /** Done and gone, or given back to be tried again. */
  async finish(job: Job, isDone: boolean): Promise<void> {
    const sql = isDone
      ? 'DELETE FROM graphile_worker._private_jobs WHERE id = $1'
      : 'UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL WHERE id = $1'
    await this.#admin.query(sql, [job.id])
  }
}
