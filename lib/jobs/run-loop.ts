import { setTimeout as sleep } from 'node:timers/promises'
import { logger } from '../log.ts'

export type Loop = { stop: () => Promise<void> }

/**
 * Does something again and again in this process, `everyMs` after it ended the last time, so that it never overlaps
 * itself. What is needed each second does not go through the queue. A failure is logged and tried again.
 */
export function runLoop(name: string, everyMs: number, work: () => Promise<unknown>): Loop {
  const ending = new AbortController()
  const running = repeat(name, everyMs, work, ending.signal)
  return {
    stop: () => {
      ending.abort()
      return running
    },
  }
}

async function repeat(name: string, everyMs: number, work: () => Promise<unknown>, ending: AbortSignal): Promise<void> {
  for (;;) {
    await sleep(everyMs, undefined, { signal: ending }).catch(() => undefined)
    if (ending.aborted) return
    try {
      await work()
    } catch (error) {
      logger().error({ loop: name, err: error }, 'loop failed')
    }
  }
}
