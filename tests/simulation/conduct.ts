import { setTimeout as sleep } from 'node:timers/promises'
import { type Act, type Outcome, offStage, runAct } from './act.ts'
import type { Random } from './random.ts'

const LOOK_AFTER_MS = 3
/** An act that makes no call for so long sleeps between two tries of its own. */
const SILENT_MS = 60

export type Part = { act: Act; work: () => Promise<unknown> }
/** Whether the server says that this connection waits for a lock. */
export type WaitsForLock = (pid: number) => Promise<boolean>

/**
 * Runs several acts at once, one call at a time: whenever the one that had its turn has come to its next call, waits
 * for a lock, sleeps or ended, the dice say who goes on. So the same dice give the same interleaving.
 */
export async function conduct(parts: Part[], dice: Random, waitsForLock: WaitsForLock): Promise<Outcome[]> {
  const [only] = parts
  if (parts.length === 1 && only) return [await runAct(only.act, only.work)]
  const stage = new Stage(dice, waitsForLock)
  for (const { act } of parts) stage.enter(act)
  const outcomes = parts.map(async ({ act, work }) => {
    act.turn = () => stage.turn(act)
    const outcome = await runAct(act, async () => {
      await stage.turn(act)
      return work()
    })
    stage.leave(act)
    return outcome
  })
  stage.open()
  return Promise.all(outcomes)
}

class Stage {
  readonly #dice: Random
  readonly #waitsForLock: WaitsForLock
  readonly #waiting: { act: Act; resume: () => void }[] = []
  readonly #inside = new Set<Act>()
  #running: Act | undefined
  #isOpen = false
  #turns = 0

  constructor(dice: Random, waitsForLock: WaitsForLock) {
    this.#dice = dice
    this.#waitsForLock = waitsForLock
  }

  enter(act: Act): void {
    this.#inside.add(act)
  }

  /** Everybody stands at the door: from now on turns are given. */
  open(): void {
    this.#isOpen = true
    this.#next()
  }

  leave(act: Act): void {
    this.#inside.delete(act)
    this.#passOn(act)
  }

  turn(act: Act): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ act, resume: resolve })
      this.#passOn(act)
    })
  }

  #passOn(from: Act): void {
    if (this.#running === from) this.#running = undefined
    this.#next()
  }

  #next(): void {
    if (!this.#isOpen || this.#running !== undefined || this.#waiting.length === 0) return
    const next = this.#dice.pick(this.#waiting)
    this.#waiting.splice(this.#waiting.indexOf(next), 1)
    this.#running = next.act
    this.#turns += 1
    const turn = this.#turns
    if (this.#inside.size > 1 || this.#waiting.length > 0) void offStage(() => this.#watch(next.act, turn))
    next.resume()
  }

  /** Gives the turn away when the act that has it cannot go on alone. */
  async #watch(act: Act, turn: number): Promise<void> {
    for (let silentMs = 0; ; silentMs += LOOK_AFTER_MS) {
      await sleep(LOOK_AFTER_MS)
      if (this.#running !== act || this.#turns !== turn) return
      const pid = act.waitingPid
      const asksTwice = this.#waiting.some((waiting) => waiting.act === act)
      const stuck = pid === undefined ? asksTwice || silentMs > SILENT_MS : await this.#waitsForLock(pid)
      if (this.#running !== act || this.#turns !== turn) return
      if (!stuck) continue
      this.#running = undefined
      if (this.#waiting.length > 0) return this.#next()
      this.#running = act
    }
  }
}
