import { env } from '#lib/env.ts'

export type BulkCharge = {
  amount: number
  currency: string
  created: number
  metadata: Record<string, string>
  email: string
  name: string | null
  description: string
}
export type BulkResult = {
  payment_intent: string
  charge: string
  balance_transaction: string
  amount: number
  fee: number
  net: number
  created: number
  available_on: number
}

/** The controls that only the sandbox has: a demo needs a past, and Stripe does not sell one. */
export const sandboxControl = {
  beginAt: (at: Date) => call('PUT', 'clock', { now: seconds(at) }),
  moveTo: async (at: Date) => {
    const { now } = (await call('GET', 'clock')) as { now: number }
    return call('POST', 'clock/advance', { seconds: Math.max(0, seconds(at) - now) })
  },
  addCharges: async (charges: BulkCharge[]) => (await call('POST', 'charges/bulk', charges)) as BulkResult[],
  runPayouts: async () => {
    const payouts = (await call('POST', 'payouts/run', {})) as { id: string }[]
    // A second later each has arrived and its transactions can be listed.
    await call('POST', 'clock/advance', { seconds: 1 })
    return payouts.map((payout) => payout.id)
  },
  /** Pays on a hosted page as a browser would; answers the session. */
  payOnPage: async (checkoutUrl: string) => {
    const url = new URL(new URL(checkoutUrl).pathname, env().STRIPE_API_BASE)
    const attempt = /name="attempt" value="(\d+)"/.exec(await (await fetch(url)).text())?.[1] ?? '0'
    const body = new URLSearchParams({
      attempt,
      card: '4242424242424242',
      cardNumber: '',
      name: 'A. Giver',
      email: 'a.giver@donors.example',
    })
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' })
    if (answer.status !== 303 && answer.status !== 302) throw new Error(`The sandbox's page answered ${answer.status}.`)
    return url.pathname.split('/').at(-1) ?? ''
  },
  /** The bank of whoever paid asks for the whole payment. */
  dispute: (charge: string) => call('POST', 'disputes', { charge, reason: 'unrecognized' }),
  /** From now on the card of a subscription is declined. */
  failCard: async (subscriptionId: string) => {
    const headers = { authorization: `Bearer ${env().STRIPE_SECRET_KEY}` }
    const answer = await fetch(`${env().STRIPE_API_BASE}/v1/subscriptions/${subscriptionId}`, { headers })
    const { default_payment_method: payment_method } = (await answer.json()) as { default_payment_method: string }
    return call('PUT', 'cards', { payment_method, behaves_as: '4000000000000341' })
  },
  /** Nobody listens while the past is made: events then would be told to an app that is not up. */
  listen: (url: string | null) => call('PUT', 'webhook', { url }),
  webhookUrl: async () => ((await call('GET', 'webhook')) as { url: string | null }).url,
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000)
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${env().STRIPE_API_BASE}/_sandbox/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`The sandbox refused ${method} ${path}: ${await response.text()}`)
  return response.json()
}
