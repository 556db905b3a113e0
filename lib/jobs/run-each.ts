import { AppError } from '../errors.ts'
import { logger } from '../log.ts'

/**
 * Does the work for each id, one after another. One that fails is logged and does not stop the others; one that somebody
 * took care of meanwhile (`wrong_state`) is no failure. Answers how many were done now.
 */
export async function runEach(
  name: string,
  ids: readonly string[],
  work: (id: string) => Promise<unknown>,
): Promise<number> {
  let doneCount = 0
  for (const id of ids) {
    try {
      await work(id)
      doneCount += 1
    } catch (error) {
      if (error instanceof AppError && error.code === 'wrong_state') continue
      logger().error({ job: name, id, err: error }, 'one row failed')
    }
  }
  return doneCount
}
