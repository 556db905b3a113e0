import type { receiveEvent } from '#lib/webhooks/receive-event.ts'
import type { PlantedBug } from './bug.ts'

type Real = { receiveEvent: typeof receiveEvent }

export const swallowError: PlantedBug = {
  sentence: 'The endpoint answers 200 also when it could not keep the event.',
  breaks: ['What was acknowledged is committed.'],
  module: {
    path: '#lib/webhooks/receive-event.ts',
    replace: (real: Real) => ({
      receiveEvent: (notice: Parameters<typeof receiveEvent>[0]) => real.receiveEvent(notice).catch(() => true),
    }),
  },
}
