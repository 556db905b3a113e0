import type { DbClient } from '../db/client.ts'
import type { JobName, JobPayloads } from './types.ts'

/**
 * Puts a job in the queue within the caller's transaction: it exists exactly if the business fact does.
 * `jobKey` makes it unique while it waits: a second call with the same key replaces the first. Jobs of a lower
 * `priority` number come first.
 */
export async function enqueueJob<Name extends JobName>(
  tx: DbClient,
  name: Name,
  payload: JobPayloads[Name],
  options: { jobKey?: string; runAt?: Date; priority?: number } = {},
): Promise<void> {
  await tx.$executeRaw`
    SELECT graphile_worker.add_job(${name}::text, ${JSON.stringify(payload)}::json,
      run_at => ${options.runAt ?? null}::timestamptz, job_key => ${options.jobKey ?? null}::text,
      max_attempts => 25, priority => ${options.priority ?? 0}::int)`
}
