import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * What goes wrong in one act. `call` counts the act's calls to the database and to Stripe, from 1: between any two of
 * them the process can die. `lost-reply` counts commits: the database did it, and the caller hears of a broken line.
 */
export type Fault =
  | { kind: 'die'; call: number; moment: 'before' | 'after' }
  | { kind: 'conflict'; call: number }
  | { kind: 'lost-reply'; commit: number }
  | { kind: 'stripe'; trouble: StripeTrouble; call: number; times: number }

export type StripeTrouble = '429' | '500' | 'reset_before' | 'reset_after_commit' | 'truncate'

/** One run of one handler, as a process of its own: what it has called, and whether it still lives. */
export type Act = {
  name: string
  fault: Fault | undefined
  calls: number
  commits: number
  stripeCalls: number
  dead: boolean
  /** Whether the fault has happened. */
  struck: boolean
  /** Resolves when it is this act's turn; absent where nobody acts beside it. */
  turn: (() => Promise<void>) | undefined
  /** The connection that a call of this act is on now, for whoever asks whether it waits for a lock. */
  waitingPid: number | undefined
}

export type Outcome = { act: Act; error: unknown }

const acts = new AsyncLocalStorage<Act>()

/** The act that is calling, or nothing where the simulator itself calls. */
export function currentAct(): Act | undefined {
  return acts.getStore()
}

export function newAct(name: string, fault?: Fault): Act {
  return {
    ...{ name, fault, calls: 0, commits: 0, stripeCalls: 0, dead: false, struck: false },
    ...{ turn: undefined, waitingPid: undefined },
  }
}

/** Runs the work as the act; whatever it throws is its outcome. */
export async function runAct(act: Act, work: () => Promise<unknown>): Promise<Outcome> {
  try {
    await acts.run(act, work)
    return { act, error: act.dead ? new Died() : undefined }
  } catch (error) {
    return { act, error: act.dead ? new Died() : error }
  }
}

/** Runs the work outside any act: the simulator's own calls are never counted and never fail. */
export function offStage<T>(work: () => T): T {
  return acts.exit(work)
}

/** The process is gone. No part of the product knows this error, so nobody can handle it. */
export class Died extends Error {
  override readonly name = 'Died'

  constructor() {
    super('The process died here.')
  }
}
