import { runStory, type Told } from './run-story.ts'
import { shrink } from './shrink.ts'
import { type Story, storyOf } from './story.ts'
import { openSimulator, type Simulator } from './world.ts'

export type Found = { seed: number; story: Story; told: Told }
export type Verdict = {
  seeds: number
  found: Found[]
  steps: number
  runs: number
  /** With the events that were lost for good among them. */
  faults: number
  lost: number
  seconds: number
}

type Options = {
  postgresAdminUrl: string
  firstSeed: number
  seeds: number
  /** Stop after so many violations; each is shrunk. */
  foundMax?: number
  shrinks?: boolean
  /** How many shorter stories are tried for each; left out, as many as shrinking allows. */
  triesMax?: number
  say?: (line: string) => void
  /** Before the first story, for whoever plants something. */
  prepare?: (simulator: Simulator) => Promise<void>
}

/** Plays the stories of consecutive seeds and shrinks each one in which a promise was broken. */
export async function runSeeds(options: Options): Promise<Verdict> {
  const { firstSeed, seeds, foundMax = 3, shrinks = true, say = () => undefined } = options
  const simulator = await openSimulator(options.postgresAdminUrl)
  const verdict: Verdict = { seeds: 0, found: [], steps: 0, runs: 0, faults: 0, lost: 0, seconds: 0 }
  const began = performance.now()
  try {
    await options.prepare?.(simulator)
    for (let seed = firstSeed; seed < firstSeed + seeds && verdict.found.length < foundMax; seed += 1) {
      const story = storyOf(seed)
      const told = await runStory(simulator, story)
      verdict.seeds += 1
      verdict.steps += told.lines.length
      verdict.runs += told.runs
      verdict.faults += told.faults
      verdict.lost += told.lost
      if (told.violation) {
        say(`seed ${seed}: ${told.violation.message}`)
        const found = { seed, story, told }
        verdict.found.push(shrinks ? await shrunk(simulator, found, options.triesMax) : found)
      }
      if (verdict.seeds % 50 === 0) say(`${verdict.seeds} of ${seeds} seeds`)
    }
  } finally {
    await simulator.close()
  }
  verdict.seconds = (performance.now() - began) / 1_000
  return verdict
}

async function shrunk(simulator: Simulator, found: Found, triesMax?: number): Promise<Found> {
  let best = found
  const isBroken = async (story: Story) => {
    const told = await runStory(simulator, story)
    const isSame = told.violation?.promise === found.told.violation?.promise
    if (isSame) best = { seed: found.seed, story, told }
    return isSame
  }
  await shrink(found.story, isBroken, triesMax)
  return best
}

/** A violation as a story in plain words, with the command that tells it again. */
export function tell({ seed, told }: Found): string {
  const lines = told.lines.map((line, index) => `${String(index + 1).padStart(3)}. ${line}`)
  const broken = [`Broken: ${told.violation?.promise}`, `        ${told.violation?.fact}`]
  return [`Seed ${seed}, shortened:`, ...lines, ...broken, `Replay: npm run simulate -- --seeds 1 --seed ${seed}`].join(
    '\n',
  )
}

/** What was played, in one line. */
export function summary(verdict: Verdict): string {
  const rate = (verdict.seeds / verdict.seconds).toFixed(2)
  const counts = `${verdict.steps} steps, ${verdict.runs} runs of handlers, ${verdict.faults} faults (${verdict.lost} of them lost events)`
  return `${verdict.seeds} seeds in ${verdict.seconds.toFixed(0)} s (${rate} a second): ${counts}, ${verdict.found.length} violations`
}
