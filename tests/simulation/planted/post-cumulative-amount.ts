import type { Movement, movementsOf } from '#lib/donations/order-movements.ts'
import type { PlantedBug } from './bug.ts'

type Real = { movementsOf: typeof movementsOf }

export const postCumulativeAmount: PlantedBug = {
  sentence: 'A refund is posted with all that was refunded of the charge so far, instead of what it adds.',
  breaks: ['Every account line of Stripe has one effect, of its net.', 'In the end every event is applied.'],
  module: {
    path: '#lib/donations/order-movements.ts',
    replace: (real: Real) => ({
      movementsOf: (...facts: Parameters<typeof movementsOf>) => real.movementsOf(...facts).map(cumulated),
    }),
  },
}

function cumulated(movement: Movement): Movement {
  if (movement.kind !== 'refund') return movement
  const { line, beforeMinor } = movement
  const amountMinor = line.amountMinor - beforeMinor
  return { ...movement, line: { ...line, amountMinor, netMinor: amountMinor - line.feeMinor } }
}
