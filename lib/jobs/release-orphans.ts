import pg from 'pg'

/** Any number that only this program uses. */
const WORKER_LOCK = 7_305_216_095

/**
 * A worker that was killed keeps its jobs locked for hours, because nobody else can know that it is dead. The lock held
 * here for as long as this process lives tells: whoever gets it is alone, so every job that is still locked is an
 * orphan and is given back. With several workers only the first gives back, and the queue's own patience does the rest.
 * Answers the function that ends the connection.
 */
export async function releaseOrphans(connectionString: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString, application_name: 'common-purse-worker', keepAlive: true })
  // A lost connection only loses the lock; the worker's own pool reports what matters.
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ alone: boolean }>('SELECT pg_try_advisory_lock($1) AS alone', [WORKER_LOCK])
  if (rows[0]?.alone) {
    await client.query(`
      SELECT graphile_worker.force_unlock_workers(array_agg(locked_by)) FROM (
        SELECT locked_by FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL
        UNION SELECT locked_by FROM graphile_worker._private_job_queues WHERE locked_by IS NOT NULL) AS orphaned
      HAVING count(*) > 0`)
  }
  return () => client.end().catch(() => undefined)
}
