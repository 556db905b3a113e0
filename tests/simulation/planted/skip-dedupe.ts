import type { receiveEvent } from '#lib/webhooks/receive-event.ts'
import type { PlantedBug } from './bug.ts'

type Real = { receiveEvent: typeof receiveEvent }

const seen = new Set<string>()

export const skipDedupe: PlantedBug = {
  sentence: 'An event that Stripe delivers twice is kept twice, because its id is not looked at.',
  module: {
    path: '#lib/webhooks/receive-event.ts',
    replace: (real: Real) => ({
      receiveEvent: (notice: Parameters<typeof receiveEvent>[0]) => {
        const isFirst = !seen.has(notice.id)
        seen.add(notice.id)
        return real.receiveEvent(isFirst ? notice : { ...notice, id: `${notice.id}again` })
      },
    }),
  },
}
