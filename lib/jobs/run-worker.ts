import { type CronItem, Logger, parseCronItems, type Runner, run, type TaskList } from 'graphile-worker'
import { env } from '../env.ts'
import { AppError } from '../errors.ts'
import { logger } from '../log.ts'
import { releaseOrphans } from './release-orphans.ts'
import type { JobHandlers } from './types.ts'

/** Starts taking jobs in this process; `stop()` lets the running ones finish. A job that throws is tried again, later each time. */
export async function runWorker(
  handlers: JobHandlers,
  options: { concurrency?: number; crons?: CronItem[] } = {},
): Promise<Pick<Runner, 'stop' | 'promise'>> {
  const connectionString = env().DATABASE_URL
  const leave = await releaseOrphans(connectionString)
  const runner = await run({
    connectionString,
    concurrency: options.concurrency ?? 4,
    pollInterval: 1_000,
    noHandleSignals: true,
    taskList: taskListOf(handlers),
    parsedCronItems: parseCronItems(options.crons ?? []),
    logger: new Logger(() => (level, message) => {
      if (level === 'error' || level === 'warning') logger().warn({ queue: level }, message)
    }),
  })
  const stop = async () => {
    await runner.stop()
    await leave()
  }
  return { stop, promise: runner.promise }
}

function taskListOf(handlers: JobHandlers): TaskList {
  return Object.fromEntries(
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
}
