import type { SweepResult } from '#lib/webhooks/sweep-stripe.ts'
import type { PlantedBug } from './bug.ts'

const NOTHING: SweepResult = {
  ...{ events: 0, transactions: 0, stuck: 0, quarantined: 0, calls: 0, failed: 0 },
  complete: true,
}

export const skipSweep: PlantedBug = {
  sentence: 'The sweep does nothing and says that all is well.',
  breaks: [
    'In the end everything that happened at Stripe is in the books.',
    'In the end the ledger has at Stripe what Stripe has.',
    'In the end each gift has ended as its payment page has.',
    'In the end no pledge waits for a page that nobody can pay on.',
    'In the end each payout is where Stripe says it is.',
    'In the end every event that was lost is here.',
  ],
  module: { path: '#lib/webhooks/sweep-stripe.ts', replace: () => ({ sweepStripe: async () => NOTHING }) },
}
