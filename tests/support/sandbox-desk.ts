import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Product } from './start-product.ts'

type StripeObject = Record<string, string>

/** What somebody at Stripe's own dashboard can see and do, for one running product. */
export type SandboxDesk = {
  url: string
  /** The items of a list of the API. */
  list: (path: string) => Promise<StripeObject[]>
  control: (method: string, path: string, body: object) => Promise<Record<string, unknown>>
  advanceDays: (days: number) => Promise<void>
  /** The day of Stripe's clock, as 2026-11-23. */
  today: () => Promise<string>
}

const DAY_SECONDS = 86_400

/** Opens it with the key and the port that the product's data folder keeps. */
export async function openSandboxDesk(product: Product): Promise<SandboxDesk> {
  const secrets = JSON.parse(await readFile(join(product.dataDir, 'secrets.json'), 'utf8'))
  const url = `http://127.0.0.1:${secrets.sandboxPort}`
  const answered = async (answer: Response) => {
    if (!answer.ok) throw new Error(await answer.text())
    return (await answer.json()) as Record<string, unknown>
  }
  const control: SandboxDesk['control'] = async (method, path, body) => {
    const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    return answered(await fetch(`${url}/_sandbox/${path}`, init))
  }
  return {
    url,
    control,
    list: async (path) => {
      const headers = { authorization: `Bearer ${secrets.sandboxKey}` }
      return (await answered(await fetch(`${url}/v1/${path}`, { headers })))['data'] as StripeObject[]
    },
    advanceDays: async (days) => void (await control('POST', 'clock/advance', { seconds: days * DAY_SECONDS })),
    today: async () => {
      const { now } = await answered(await fetch(`${url}/_sandbox/clock`))
      return new Date(Number(now) * 1_000).toISOString().slice(0, 10)
    },
  }
}
