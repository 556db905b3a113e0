import type { Random } from './random.ts'
import type { World } from './world.ts'

/**
 * What a step turned out to be: one sentence, and the runs of our own programs in it. Whatever is not ours (a donor
 * pays, Stripe pays out, time passes) has happened by then.
 */
export type Scene = {
  words: string
  runs: Run[]
}

export type Run = {
  name: string
  work: () => Promise<unknown>
  /** What the outside does about the outcome: a donor remembers a page, the queue takes a job back. */
  after?: (outcome: { result: unknown; error: unknown; died: boolean }) => Promise<void>
}

/** Sets up a step with its own dice; null where there is nothing to do it to. */
export type Play = (world: World, dice: Random) => Promise<Scene | null>

/** A scene in which nobody of ours acts. */
export function onlyWords(words: string): Scene {
  return { words, runs: [] }
}
