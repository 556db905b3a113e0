import type { Movement, movementsOf } from '#lib/donations/order-movements.ts'
import type { PlantedBug } from './bug.ts'

type Real = { movementsOf: typeof movementsOf }

export const forgetLostFee: PlantedBug = {
  sentence: 'A refund is posted as if Stripe gave its fee of 2.9 % back with it, which it does not.',
  breaks: ['Every account line of Stripe has one effect, of its net.', 'In the end every event is applied.'],
  module: {
    path: '#lib/donations/order-movements.ts',
    replace: (real: Real) => ({
      movementsOf: (...facts: Parameters<typeof movementsOf>) => real.movementsOf(...facts).map(withoutFee),
    }),
  },
}

function withoutFee(movement: Movement): Movement {
  if (movement.kind !== 'refund') return movement
  const { line } = movement
  const amountMinor = line.amountMinor - (line.amountMinor * 29n) / 1_000n
  return { ...movement, line: { ...line, amountMinor, netMinor: amountMinor - line.feeMinor } }
}
