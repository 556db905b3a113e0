import type { Fault, StripeTrouble } from './act.ts'
import { type Random, randomOf } from './random.ts'

/** How often each step is drawn. What it does, and to what, its own dice decide when it is played. */
const ALWAYS = {
  ...{ give: 9, pay: 12, 'come back': 3, deliver: 12, lose: 10, forge: 1, work: 13 },
  ...{ 'move available': 4, fold: 4, sweep: 3, 'keep house': 2, 'quiet days': 9, wait: 5, 'pay out': 5 },
} as const
const OFFICE = {
  ...{ request: 10, approve: 13, release: 9, confirm: 3, 'return wire': 1, 'call off': 2 },
  'close campaign': 1,
} as const
const AFTERMATH = {
  ...{ 'refund at desk': 5, 'refund in dashboard': 5, 'decide refund': 3 },
  ...{ 'open dispute': 4, 'decide dispute': 5, 'fail payout': 2 },
} as const
const PLEDGES = {
  ...{ pledge: 6, 'pay pledge': 8, 'come back to pledge': 2, 'cancel pledge': 2, 'pause pledge': 2 },
  ...{ 'change pledge': 2, 'turn card': 2, 'pay invoice': 1 },
} as const
const ABROAD = { 'settle abroad': 3, exchange: 8, 'take exchange back': 3 } as const
const THEMES = { office: OFFICE, aftermath: AFTERMATH, pledges: PLEDGES, abroad: ABROAD }

export type StepKind =
  | keyof typeof ALWAYS
  | { [Theme in keyof typeof THEMES]: keyof (typeof THEMES)[Theme] }[keyof typeof THEMES]
type Weights = Record<StepKind, number>

/** Steps in which a process of ours runs: they can be struck by a fault, and can run beside each other. */
const OURS: ReadonlySet<StepKind> = new Set<StepKind>([
  ...(['give', 'come back', 'deliver', 'work', 'move available', 'fold', 'sweep', 'keep house', 'quiet days'] as const),
  ...(['refund at desk', 'pledge', 'come back to pledge', 'cancel pledge', 'pause pledge', 'change pledge'] as const),
  ...(['request', 'approve', 'release', 'confirm', 'return wire', 'call off', 'close campaign'] as const),
  ...(['exchange', 'take exchange back'] as const),
])

type Part = { kind: StepKind; dice: number; fault?: Fault | undefined }
export type Step = Part & { /** What runs at the same time. */ beside: Part[] }
export type Story = { seed: number; steps: Step[] }

const STEPS_MIN = 12
const STEPS_MAX = 32

/** The story of a seed: the same steps with the same dice, for ever. */
export function storyOf(seed: number): Story {
  const random = randomOf(seed)
  // One story in five has no faults at all: what goes wrong there needs no accident.
  const faultRate = random.chance(0.2) ? 0 : 0.4
  const weights = faultRate === 0 ? { ...weightsOf(random), lose: 0 } : weightsOf(random)
  const steps = Array.from({ length: random.int(STEPS_MIN, STEPS_MAX) }, () => stepOf(random, weights, faultRate))
  return { seed, steps: [...openingOf(random, weights).map(plain), ...steps] }

  function plain(kind: StepKind): Step {
    return { kind, dice: random.int(1, 1e9), beside: [] }
  }
}

/** Nothing can happen before somebody gave, and little while nothing has arrived; abroad, nothing before it is in the bank. */
function openingOf(random: Random, weights: Weights): StepKind[] {
  const gifts: StepKind[] = ['give', 'pay', 'give', 'pay']
  const isAbroad = 'exchange' in weights
  if (isAbroad && random.chance(0.8))
    return ['settle abroad', ...gifts, 'quiet days', 'quiet days', 'pay out', 'quiet days']
  return random.chance(0.7) ? [...gifts, 'quiet days', 'quiet days'] : gifts
}

/** Every story has gifts; most have one or two themes more, so that what is rare happens often enough in some. */
function weightsOf(random: Random): Weights {
  const chosen = random.shuffle(Object.values(THEMES)).slice(0, random.pick([0, 1, 1, 1, 2, 2, 3]))
  return Object.assign({}, ALWAYS, ...chosen) as Weights
}

function stepOf(random: Random, weights: Weights, faultRate: number): Step {
  const kind = random.weighted(weights)
  const step: Step = { ...partOf(kind, random, faultRate), beside: [] }
  while (OURS.has(kind) && step.beside.length < 2 && random.chance(0.3)) {
    const other = random.chance(0.5) ? kind : random.weighted(weights)
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
  return random.pick([random.int(1, 4), random.int(2, 12), random.int(2, 12), random.int(8, 40)])
}
