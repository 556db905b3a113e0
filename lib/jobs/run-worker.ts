import { type CronItem, parseCronItems, type Runner, run, type TaskList } from 'graphile-worker'
import { env } from '../env.ts'
import { AppError } from '../errors.ts'
import { logger } from '../log.ts'
import type { JobHandlers } from './types.ts'

/** Starts taking jobs in this process; `stop()` lets the running ones finish. A job that throws is tried again, later each time. */
export async function runWorker(
  handlers: JobHandlers,
  options: { concurrency?: number; crons?: CronItem[] } = {},
): Promise<Runner> {
  const taskList: TaskList = Object.fromEntries(
    Object.entries(handlers).map(([name, handle]) => [
      name,
      async (payload: unknown) => {
        try {
          await (handle as (input: unknown) => Promise<void>)(payload)
        } catch (error) {
          // Not yet is not a failure: the queue comes back to it.
          if (error instanceof AppError && error.code === 'unavailable') logger().info({ job: name }, error.message)
          else logger().error({ job: name, err: error }, 'job failed')
          throw error
        }
      },
    ]),
  )
  return run({
    connectionString: env().DATABASE_URL,
    concurrency: options.concurrency ?? 4,
    pollInterval: 1_000,
    noHandleSignals: true,
    taskList,
    parsedCronItems: parseCronItems(options.crons ?? []),
  })
}
