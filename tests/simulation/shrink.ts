import type { Step, Story } from './story.ts'

const TRIES_MAX = 150

/**
 * The shortest story that still breaks the same promise: leaves out ever smaller blocks of steps, then single
 * neighbours and faults (delta debugging). Every step has dice of its own, so the others stay what they were. Asks
 * about at most `triesMax` stories.
 */
export async function shrink(
  story: Story,
  isBroken: (shorter: Story) => Promise<boolean>,
  triesMax = TRIES_MAX,
): Promise<Story> {
  let best = story
  let tries = 0
  const attempt = async (steps: Step[]): Promise<boolean> => {
    if (tries >= triesMax) return false
    tries += 1
    if (!(await isBroken({ ...story, steps }))) return false
    best = { ...story, steps }
    return true
  }
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = best.steps.length - size; at > -size; at -= size) {
      const from = Math.max(0, at)
      await attempt([...best.steps.slice(0, from), ...best.steps.slice(from + size)])
    }
  }
  for (let at = 0; at < best.steps.length; at += 1) {
    for (const simpler of simplerSteps(best.steps[at] as Step)) await attempt(best.steps.with(at, simpler))
  }
  return best
}

/** The step with one thing less going on. */
function simplerSteps(step: Step): Step[] {
  const calmer = step.fault ? [{ ...step, fault: undefined }] : []
  const lonelier = step.beside.map((_, index) => ({ ...step, beside: step.beside.toSpliced(index, 1) }))
  const quieter = step.beside.flatMap((part, index) =>
    part.fault ? [{ ...step, beside: step.beside.with(index, { ...part, fault: undefined }) }] : [],
  )
  return [...lonelier, ...calmer, ...quieter]
}
