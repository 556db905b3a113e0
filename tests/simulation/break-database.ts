import pg from 'pg'
import { type Act, currentAct, Died } from './act.ts'

type Query = (this: pg.Client, ...args: unknown[]) => unknown
type Callback = (error: unknown, result?: unknown) => void

const holder = pg.Client.prototype as unknown as { query: Query; processID?: number }

/**
 * Puts a gate before every statement that an act sends, below Prisma and the product: there the act waits for its
 * turn, dies, or hears what a real server would say. Answers the function that takes the gate away.
 */
export function breakDatabase(): () => void {
  const real = holder.query
  holder.query = function gated(this: pg.Client, ...args: unknown[]) {
    const act = currentAct()
    const text = textOf(args[0])
    if (!act || text === null) return real.apply(this, args)
    const callback = typeof args.at(-1) === 'function' ? (args.at(-1) as Callback) : null
    const rest = callback ? args.slice(0, -1) : args
    const send = (other?: string) => real.apply(this, other === undefined ? rest : [other]) as Promise<unknown>
    const answer = guarded(act, this, text, send)
    if (!callback) return answer
    answer.then((result) => callback(null, result), callback)
    return undefined
  }
  return () => {
    holder.query = real
  }
}

function textOf(config: unknown): string | null {
  if (typeof config === 'string') return config
  const { text, submit } = (config ?? {}) as { text?: unknown; submit?: unknown }
  return typeof text === 'string' && typeof submit !== 'function' ? text : null
}

type Send = (other?: string) => Promise<unknown>

async function guarded(act: Act, client: pg.Client, text: string, send: Send): Promise<unknown> {
  const verb = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? ''
  if (act.dead) return afterDeath(verb, send)
  await act.turn?.()
  if (act.dead) return afterDeath(verb, send)
  act.calls += 1
  const { fault } = act
  const isHere = fault !== undefined && 'call' in fault && fault.call === act.calls && !act.struck
  if (isHere && fault.kind === 'die' && fault.moment === 'before') return die(act, verb, send)
  if (isHere && fault.kind === 'conflict' && !CONTROL.has(verb)) {
    act.struck = true
    throw conflict()
  }
  act.waitingPid = (client as unknown as { processID?: number }).processID
  try {
    const result = await send()
    if (verb === 'COMMIT') loseReply(act)
    if (isHere && fault.kind === 'die') {
      act.struck = true
      act.dead = true
      throw new Died()
    }
    return result
  } finally {
    act.waitingPid = undefined
  }
}

const CONTROL = new Set(['BEGIN', 'COMMIT', 'ROLLBACK', 'SET'])

function die(act: Act, verb: string, send: Send): Promise<unknown> {
  act.struck = true
  act.dead = true
  return afterDeath(verb, send)
}

/** A dead process sends nothing more, and the server rolls its transaction back. */
async function afterDeath(verb: string, send: Send): Promise<unknown> {
  if (verb === 'ROLLBACK') return send()
  if (verb === 'COMMIT') await send('ROLLBACK')
  throw new Died()
}

function loseReply(act: Act): void {
  act.commits += 1
  if (act.fault?.kind !== 'lost-reply' || act.fault.commit !== act.commits || act.struck) return
  act.struck = true
  throw new Error('Connection terminated unexpectedly')
}

function conflict(): Error {
  const error = new Error('could not serialize access due to concurrent update')
  return Object.assign(error, { code: '40001', severity: 'ERROR', length: 100, name: 'error' })
}
