import type { Clock } from './clock.ts'
import type { Ids } from './ids.ts'
import type { SandboxOptions } from './options.ts'
import type { Store } from './store.ts'

interface Webhook {
  url: string | undefined
  secrets: string[]
}

/** What every part of the sandbox is given; made once in `server.ts`. */
export interface Sandbox {
  store: Store
  clock: Clock
  ids: Ids
  webhook: Webhook
  /** The origin hosted pages are linked under; known once the server listens. */
  publicUrl: string
  settings: Required<
    Pick<
      { [K in keyof SandboxOptions]-?: NonNullable<SandboxOptions[K]> },
      | 'apiKey'
      | 'availableDelaySeconds'
      | 'balanceTransactionDelaySeconds'
      | 'payoutIntervalSeconds'
      | 'payoutArrivalSeconds'
      | 'payoutPendingSeconds'
      | 'debitNegativeBalances'
      | 'refundDelaySeconds'
      | 'settlementCurrencies'
      | 'disputeFeeReturned'
    >
  >
  /** The API request being served, for the `request` of the events it causes. */
  request: { id: string | null; idempotency_key: string | null }
  /** Call after a commit: what is due now is done, and waiting deliveries start. */
  kick: () => void
}
