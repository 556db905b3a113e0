import type { Fault, StripeTrouble } from './act.ts'
import { type Random, randomOf } from './random.ts'

/** How often each step is drawn. What it does, and to what, its own dice decide when it is played. */
const WEIGHTS = {
  // Donors.
  give: 10,
  pay: 13,
  'come back': 4,
  // The network.
  deliver: 14,
  forge: 1,
  // The worker.
  work: 16,
  'move available': 4,
  fold: 4,
  sweep: 3,
  // Time and Stripe.
  wait: 9,
  'pay out': 5,
  // The office.
  request: 5,
  approve: 6,
  release: 5,
  confirm: 2,
  'return wire': 1,
  'call off': 2,
  'close campaign': 1,
} as const

export type StepKind = keyof typeof WEIGHTS

/** Steps in which a process of ours runs: they can be struck by a fault, and can run beside each other. */
const OURS: ReadonlySet<StepKind> = new Set<StepKind>([
  ...(['give', 'come back', 'deliver', 'work', 'move available', 'fold', 'sweep'] as const),
  ...(['request', 'approve', 'release', 'confirm', 'return wire', 'call off', 'close campaign'] as const),
])

type Part = { kind: StepKind; dice: number; fault?: Fault | undefined }
export type Step = Part & { /** What runs at the same time. */ beside: Part[] }
export type Story = { seed: number; steps: Step[] }

const STEPS_MIN = 14
const STEPS_MAX = 34

/** The story of a seed: the same steps with the same dice, for ever. */
export function storyOf(seed: number): Story {
  const random = randomOf(seed)
  // One story in five has no faults at all: what goes wrong there needs no accident.
  const faultRate = random.chance(0.2) ? 0 : 0.3
  const steps = Array.from({ length: random.int(STEPS_MIN, STEPS_MAX) }, () => stepOf(random, faultRate))
  // Nothing can happen before somebody gave.
  return { seed, steps: [partOf('give'), partOf('pay'), ...steps] }

  function partOf(kind: StepKind): Step {
    return { kind, dice: random.int(1, 1e9), beside: [] }
  }
}

function stepOf(random: Random, faultRate: number): Step {
  const kind = random.weighted(WEIGHTS)
  const step: Step = { ...partOf(kind, random, faultRate), beside: [] }
  while (OURS.has(kind) && step.beside.length < 2 && random.chance(0.25)) {
    const other = random.chance(0.5) ? kind : random.weighted(WEIGHTS)
    if (OURS.has(other)) step.beside.push(partOf(other, random, faultRate))
  }
  return step
}

function partOf(kind: StepKind, random: Random, faultRate: number): Part {
  const dice = random.int(1, 1e9)
  if (!OURS.has(kind) || !random.chance(faultRate)) return { kind, dice }
  return { kind, dice, fault: faultOf(random) }
}

function faultOf(random: Random): Fault {
  switch (random.weighted({ die: 5, conflict: 2, 'lost-reply': 3, stripe: 3 })) {
    case 'die':
      return { kind: 'die', call: callOf(random), moment: random.chance(0.5) ? 'before' : 'after' }
    case 'conflict':
      return { kind: 'conflict', call: callOf(random) }
    case 'lost-reply':
      return { kind: 'lost-reply', commit: random.int(1, 2) }
    case 'stripe': {
      const troubles: StripeTrouble[] = ['429', '500', 'reset_before', 'reset_after_commit', 'truncate']
      // The SDK tries four times in all: five answers in a row reach us.
      return { kind: 'stripe', trouble: random.pick(troubles), call: random.int(1, 3), times: random.pick([1, 2, 5]) }
    }
  }
}

/** Most acts make a dozen calls; a few make many. */
function callOf(random: Random): number {
  return random.chance(0.75) ? random.int(1, 14) : random.int(10, 40)
}
