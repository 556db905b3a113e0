import { AppError } from '#lib/errors.ts'
import { stateText } from '#tests/support/state-hash.ts'
import { type Act, Died, newAct, type Outcome } from './act.ts'
import { checkLiveness } from './check-liveness.ts'
import { checkSafety, type Seen } from './check-safety.ts'
import { conduct } from './conduct.ts'
import { PLAYS } from './play.ts'
import { bringing, doing, HOUSE_WORKS, keepingHouse, sweeping } from './play-machines.ts'
import { randomOf } from './random.ts'
import type { Run, Scene } from './scene.ts'
import type { Step, Story } from './story.ts'
import { sweepingInTime } from './sweep-in-time.ts'
import { promiseThat, Violation } from './violation.ts'
import type { Simulator, World } from './world.ts'

export type Told = {
  /** The story in plain words, a line for each step that did something. */
  lines: string[]
  violation: Violation | undefined
  /** How many faults really struck, with the events that were lost among them. */
  faults: number
  lost: number
  runs: number
}

type Telling = Omit<Told, 'lost'> & { seed: number; world: World; seen: Seen }

/** Plays a story, looks after each step whether anything is wrong, then stops the faults and looks whether all is well. */
export async function runStory(simulator: Simulator, story: Story): Promise<Told> {
  const world = sweepingInTime(await simulator.openWorld(story.seed), () => sweepInTime(telling))
  const telling: Telling = {
    seed: story.seed,
    world,
    lines: [],
    violation: undefined,
    faults: 0,
    runs: 0,
    seen: { mark: '' },
  }
  try {
    for (const step of story.steps) await playStep(telling, step)
    await converge(telling, story.seed)
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    telling.violation = error
  } finally {
    await world.close()
  }
  const { lines, violation, faults, runs } = telling
  const lost = world.postman.lost().length
  return { lines, violation, faults: faults + lost, lost, runs }
}

async function sweepInTime(telling: Telling): Promise<void> {
  telling.lines.push('The sweeper compares Stripe with the books, before Stripe forgets what was lost.')
  await calmly(telling, sweeping)
}

async function playStep(telling: Telling, step: Step): Promise<void> {
  const { world } = telling
  const scenes: { scene: Scene; acts: Act[] }[] = []
  for (const part of [step, ...step.beside]) {
    const scene = await PLAYS[part.kind](world, randomOf(part.dice))
    if (!scene) continue
    const struck = part.dice % Math.max(1, scene.runs.length)
    scenes.push({
      scene,
      acts: scene.runs.map((run, index) => newAct(run.name, index === struck ? part.fault : undefined)),
    })
  }
  if (scenes.length === 0) return
  await perform(telling, scenes, step.dice)
}

async function perform(telling: Telling, scenes: { scene: Scene; acts: Act[] }[], dice: number): Promise<void> {
  const { world } = telling
  const parts = scenes.flatMap(({ scene, acts }) =>
    scene.runs.map((run, index) => ({ run, act: acts[index] as Act, result: undefined as unknown })),
  )
  const words = scenes.map(({ scene }) => scene.words).join(' Meanwhile: ')
  const outcomes = await conduct(
    parts.map((part) => ({
      act: part.act,
      work: async () => {
        part.result = await part.run.work()
      },
    })),
    randomOf(dice),
    world.waitsForLock,
  )
  await world.control('PUT', 'faults', { rules: [] })
  const remarks: string[] = []
  for (const [index, { run, result }] of parts.entries()) {
    const { error, act } = outcomes[index] as Outcome
    telling.runs += 1
    if (act.struck) telling.faults += 1
    remarks.push(...remarkOn(act, error))
    await run.after?.({ result, error, died: error instanceof Died })
  }
  telling.lines.push([words, ...remarks].join(' '))
  for (const outcome of outcomes) expectKnown(outcome)
  await world.postman.quiet()
  await checkSafety(world, telling.seen)
}

function remarkOn(act: Act, error: unknown): string[] {
  const { fault } = act
  const remarks: string[] = []
  if (act.struck && fault) {
    const what = {
      die: () => `The process dies ${fault.kind === 'die' ? `${fault.moment} call ${fault.call}` : ''}`,
      conflict: () => `The database reports a conflict at call ${fault.kind === 'conflict' ? fault.call : ''}`,
      'lost-reply': () => 'The database commits and its answer is lost',
      stripe: () => `Stripe fails (${fault.kind === 'stripe' ? `${fault.trouble}, ${fault.times} times` : ''})`,
    }[fault.kind]()
    remarks.push(`[${what} in ${act.name}.]`)
  }
  if (error instanceof AppError) remarks.push(`[${act.name}: ${error.code}, “${error.message}”]`)
  return remarks
}

/** Refusals are part of life, and so is whatever an accident leads to; anything else is a defect. */
function expectKnown({ act, error }: Outcome): void {
  if (error === undefined || error instanceof AppError || error instanceof Died || act.struck) return
  const said = error instanceof Error ? `${error.name}: ${error.message.trim().split('\n').at(-1)}` : String(error)
  throw new Violation('Nothing fails in a way that nobody thought of.', `${act.name} failed with ${said}`)
}

const ROUNDS_MAX = 14
const CALM_ROUNDS = 2

/**
 * The faults have stopped: whatever waits is delivered and done, until nothing moves any more. What was lost stays lost:
 * the sweeper has to bring it.
 */
async function converge(telling: Telling, seed: number): Promise<void> {
  const { world } = telling
  telling.lines.push('The faults stop, and everybody does what is left to do.')
  const dice = randomOf(seed ^ 0x5eed)
  let before = ''
  for (let round = 0, calm = 0; round < ROUNDS_MAX && calm < CALM_ROUNDS; round += 1) {
    await world.advance(round === 0 ? 60 : 4 * 86_400)
    for (const letter of dice.shuffle(world.postman.waiting())) await calmly(telling, bringing(world, letter))
    await workOff(telling, dice.shuffle)
    for (const kind of ['sweep', 'work', 'move available', 'fold'] as const) {
      for (const run of (await PLAYS[kind](world, dice))?.runs ?? []) await calmly(telling, run)
    }
    if (round < 2) for (const what of HOUSE_WORKS) for (const run of keepingHouse(what).runs) await calmly(telling, run)
    await workOff(telling, dice.shuffle)
    await checkSafety(world, telling.seen)
    const after = `${await stateText(world.admin)} ${world.postman.waiting().length} ${await world.queue.length()}`
    calm = after === before ? calm + 1 : 0
    before = after
  }
  await checkLiveness(world)
  await tellAllAgain(telling, dice.shuffle)
}

async function calmly(telling: Telling, run: Run): Promise<void> {
  const act = newAct(run.name)
  const [outcome] = await conduct([{ act, work: run.work }], randomOf(1), async () => false)
  if (!outcome) return
  await run.after?.({ result: undefined, error: outcome.error, died: false })
  telling.runs += 1
  expectKnown(outcome)
}

/** Each waiting job gets its chance; what fails waits for the next round. */
async function workOff(telling: Telling, shuffle: <T>(items: readonly T[]) => T[]): Promise<void> {
  const { world } = telling
  const tried = new Set<string>()
  for (;;) {
    const jobs = (await world.queue.due(world.now(), world.startedAt)).filter(({ id }) => !tried.has(id))
    if (jobs.length === 0) return
    for (const job of shuffle(jobs)) {
      tried.add(job.id)
      await world.queue.take(job)
      await calmly(telling, doing(world, job))
    }
  }
}

const SAMPLE = 15

/**
 * Our endpoint forgets which events it has had, and Stripe sends them once more, in any order: nothing changes. All of
 * them in one story of four, some of them in the others; also those that the sweeper brought, since anybody can have
 * Stripe send an event again.
 */
async function tellAllAgain(telling: Telling, shuffle: <T>(items: readonly T[]) => T[]): Promise<void> {
  const { world } = telling
  telling.lines.push('Events that were applied are forgotten and delivered again, in another order.')
  const before = await stateText(world.admin)
  const letters = shuffle(world.postman.letters())
  const told = telling.seed % 4 === 0 ? letters : letters.slice(0, SAMPLE)
  await world.admin.query('DELETE FROM stripe_event WHERE id = ANY ($1)', [told.map(({ id }) => id)])
  for (const letter of told) await calmly(telling, bringing(world, letter))
  await workOff(telling, shuffle)
  await checkSafety(world, { mark: '' })
  const after = await stateText(world.admin)
  if (after === before) return
  const [was, is] = [before.split('\n'), after.split('\n')]
  const gone = was.filter((line) => !is.includes(line)).map((line) => `no longer ${line}`)
  const come = is.filter((line) => !was.includes(line)).map((line) => `now ${line}`)
  promiseThat('Replaying all events in any order gives the same state.', [...gone, ...come])
}
