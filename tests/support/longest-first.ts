import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The files that take minutes, longest first. Vitest begins with the largest files, which these are not; begun last,
 * they would keep one processor busy when there is nothing left for the other. Those with a product of their own stand
 * between those that wait for each other.
 */
const LONGEST = [
  ...['simulation/simulation', 'simulation/planted-bugs', 'donations/pledges-ended', 'webhooks/orders'],
  ...['webhooks/sweep-stripe', 'donations/pledges', 'sandbox/pages', 'donations/pledges-faults'],
  ...['e2e/pages', 'e2e/vetting', 'e2e/month', 'e2e/lifecycle', 'e2e/pledge', 'e2e/forms'],
]

/** The order of vitest, with the long files in front. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex(
        (name) => moduleId.endsWith(`tests/${name}.test.ts`) || moduleId.endsWith(`tests/lib/${name}.test.ts`),
      )
      return at === -1 ? LONGEST.length : at
    }
    return sorted.toSorted((one, other) => rank(one) - rank(other))
  }
}
