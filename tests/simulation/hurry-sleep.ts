import { createRequire, syncBuiltinESMExports } from 'node:module'
import { currentAct } from './act.ts'

type Timers = { setTimeout: (ms?: number, value?: unknown, options?: object) => Promise<unknown> }

/**
 * An act that sleeps between two tries of its own does not keep the story waiting: it lets the others go on and wakes
 * at once. Answers the function that makes sleep as long as it was.
 */
export function hurrySleep(): () => void {
  const timers = createRequire(import.meta.url)('node:timers/promises') as Timers
  const real = timers.setTimeout
  timers.setTimeout = (ms, value, options) => (currentAct() ? real(0, value, options) : real(ms, value, options))
  syncBuiltinESMExports()
  return () => {
    timers.setTimeout = real
    syncBuiltinESMExports()
  }
}
