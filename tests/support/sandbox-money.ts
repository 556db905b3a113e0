import { setTimeout as sleep } from 'node:timers/promises'

export type SandboxLine = {
  id: string
  amount: number
  fee: number
  net: number
  currency: string
  reporting_category: string
  source: string
  description: string | null
}

/** Every balance transaction the sandbox knows, oldest first: what the books are compared with. */
export async function sandboxLines(sandboxUrl: string): Promise<SandboxLine[]> {
  return (await (await fetch(`${sandboxUrl}/_sandbox/balance_transactions.json`)).json()) as SandboxLine[]
}

/** Lets what is pending become available and pays all of it out to the bank. */
export async function payOut(sandboxUrl: string): Promise<void> {
  await control(sandboxUrl, 'clock/advance', { seconds: 120 })
  await control(sandboxUrl, 'payouts/run', {})
  await control(sandboxUrl, 'clock/advance', { seconds: 1 })
}

async function control(sandboxUrl: string, path: string, body: object): Promise<void> {
  const response = await fetch(`${sandboxUrl}/_sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(await response.text())
}

/** Asks again until the answer is there: what a webhook and the worker do takes a moment. */
export async function eventually<T>(ask: () => Promise<T | undefined>, what: string, seconds = 60): Promise<T> {
  for (let tries = 0; tries < seconds * 4; tries += 1) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await sleep(250)
  }
  throw new Error(`Waited ${seconds} s for ${what}.`)
}
