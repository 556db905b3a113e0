import { z } from 'zod'

const seconds = z.coerce.number().int().min(0)
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

const environment = z.object({
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65535).default(0),
  SANDBOX_DATA_DIR: z.string().min(1).optional(),
  SANDBOX_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  SANDBOX_WEBHOOK_SECRETS: list.default(['whsec_sandbox']),
  SANDBOX_API_KEY: z.string().startsWith('sk_test_').default('sk_test_sandbox'),
  SANDBOX_AVAILABLE_DELAY_SECONDS: seconds.default(2 * 24 * 3600),
  SANDBOX_BALANCE_TRANSACTION_DELAY_SECONDS: seconds.default(0),
  SANDBOX_PAYOUT_INTERVAL_SECONDS: seconds.default(0),
  SANDBOX_PAYOUT_ARRIVAL_SECONDS: seconds.default(0),
  SANDBOX_PAYOUT_PENDING_SECONDS: seconds.default(0),
  SANDBOX_DEBIT_NEGATIVE_BALANCES: flag.default(false),
  SANDBOX_REFUND_DELAY_SECONDS: seconds.default(60),
  SANDBOX_SETTLEMENT_CURRENCIES: list.default([]),
  SANDBOX_DISPUTE_FEE_RETURNED: flag.default(true),
  SANDBOX_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  SANDBOX_SEED: z.string().min(1).optional(),
})

/** What `startSandbox` takes; each has the default of its environment variable. */
export interface SandboxOptions {
  /** 0 lets the system choose. */
  port?: number | undefined
  /** Absent: everything is kept in memory and ends with the process. */
  dataDir?: string | undefined
  webhookUrl?: string | undefined
  webhookSecrets?: string[] | undefined
  apiKey?: string | undefined
  /** How long a charge stays pending before it is available for payout. */
  availableDelaySeconds?: number | undefined
  /** How long a new charge has `balance_transaction: null`, as with Stripe's asynchronous capture. */
  balanceTransactionDelaySeconds?: number | undefined
  /** 0: payouts run only on demand. */
  payoutIntervalSeconds?: number | undefined
  /** From `payout.created` to `payout.paid`. */
  payoutArrivalSeconds?: number | undefined
  /** How long a payout is `pending`, and can be canceled, before it is `in_transit`. */
  payoutPendingSeconds?: number | undefined
  /** Takes what is missing from the bank with a negative payout; otherwise a debt waits for the next charges. */
  debitNegativeBalances?: boolean | undefined
  /** How long the refunds that do not end at once wait for their end. */
  refundDelaySeconds?: number | undefined
  /** What the account holds; charges in other currencies are changed into the first. Empty: it holds every currency. */
  settlementCurrencies?: string[] | undefined
  /** Whether a won dispute brings its fee back. */
  disputeFeeReturned?: boolean | undefined
  /** The origin a browser reaches the hosted pages at, where it differs from the address listened on. */
  publicUrl?: string | undefined
  /** Makes ids repeatable. Absent: random once, then kept in the data directory. */
  seed?: string | undefined
}

/** Reads the SANDBOX_* variables; the error names each wrong one on a line of its own. */
export function readOptions(env: Record<string, string | undefined>): SandboxOptions {
  const present = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name.startsWith('SANDBOX_') && value !== ''),
  )
  const parsed = environment.safeParse(present)
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
  }
  const value = parsed.data
  return {
    port: value.SANDBOX_PORT,
    dataDir: value.SANDBOX_DATA_DIR,
    webhookUrl: value.SANDBOX_WEBHOOK_URL,
    webhookSecrets: value.SANDBOX_WEBHOOK_SECRETS,
    apiKey: value.SANDBOX_API_KEY,
    availableDelaySeconds: value.SANDBOX_AVAILABLE_DELAY_SECONDS,
    balanceTransactionDelaySeconds: value.SANDBOX_BALANCE_TRANSACTION_DELAY_SECONDS,
    payoutIntervalSeconds: value.SANDBOX_PAYOUT_INTERVAL_SECONDS,
    payoutArrivalSeconds: value.SANDBOX_PAYOUT_ARRIVAL_SECONDS,
    payoutPendingSeconds: value.SANDBOX_PAYOUT_PENDING_SECONDS,
    debitNegativeBalances: value.SANDBOX_DEBIT_NEGATIVE_BALANCES,
    refundDelaySeconds: value.SANDBOX_REFUND_DELAY_SECONDS,
    settlementCurrencies: value.SANDBOX_SETTLEMENT_CURRENCIES,
    disputeFeeReturned: value.SANDBOX_DISPUTE_FEE_RETURNED,
    publicUrl: value.SANDBOX_PUBLIC_URL,
    seed: value.SANDBOX_SEED,
  }
}
