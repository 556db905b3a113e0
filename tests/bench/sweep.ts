import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { db } from '#lib/db/client.ts'
import { resetEnv } from '#lib/env.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { sweepStripe } from '#lib/webhooks/sweep-stripe.ts'
import { startSandbox } from '#sandbox/server.ts'
import { plantGifts } from './donate.ts'
import { startLedgerStage } from './ledger-stage.ts'

const DAY = 86_400
const CHUNK = 500
const BAR_SECONDS = 600

/**
 * `npm run bench -- sweep [--gifts=10000]`: for almost thirty days no webhook came, and every gift of that time is
 * missing. Sweeps, one after another, until one finds nothing; then the books are compared with Stripe's own lines.
 */
export async function benchSweep(): Promise<void> {
  const { values } = parseArgs({ options: { gifts: { type: 'string' } } })
  const gifts = Number(values.gifts ?? 10_000)
  const sandbox = await startSandbox({ webhookSecrets: ['whsec_of_the_benchmark'] })
  const stage = await startLedgerStage()
  Object.assign(process.env, { STRIPE_API_BASE: sandbox.url })
  resetEnv()
  const control = async (path: string, body: unknown) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    return (await fetch(`${sandbox.url}/_sandbox/${path}`, init)).json()
  }
  try {
    for (let from = 0; from < gifts; from += CHUNK) {
      const count = Math.min(CHUNK, gifts - from)
      await plantGifts({ control }, count, (n) => 60 + ((from + n) / gifts) * 29 * DAY)
    }
    const startedAt = performance.now()
    let sweeps = 0
    for (let left = true; left; sweeps += 1) {
      const result = await sweepStripe()
      left = result.transactions > 0 || !result.complete
      process.stdout.write(`  sweep ${sweeps + 1}: ${result.transactions} account lines, ${result.calls} calls\n`)
    }
    const seconds = (performance.now() - startedAt) / 1_000
    await foldBusyFunds(db())
    await report(sandbox.url, { gifts, sweeps, seconds })
  } finally {
    await sandbox.close()
    await stage.stop()
  }
}

async function report(url: string, run: { gifts: number; sweeps: number; seconds: number }): Promise<void> {
  const { gifts, sweeps, seconds } = run
  const lines = (await (await fetch(`${url}/_sandbox/balance_transactions.json`)).json()) as { net: number }[]
  const [booked] = await db().$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(balance_minor), 0)::bigint AS minor FROM ledger.balances WHERE role IN ('stripe_pending', 'stripe_available')`
  const settled = await db().donation.count({ where: { status: 'settled' } })
  const apart = (booked?.minor ?? 0n) - lines.reduce((sum, { net }) => sum + BigInt(net), 0n)
  const violations = (await verifyLedger(db())).length
  const isExact = settled === gifts && apart === 0n && violations === 0
  process.stdout.write(
    `\nThirty days without a webhook\n` +
      `  ${gifts} gifts, all missing: ${seconds.toFixed(0)} s in ${sweeps} sweeps, ${(gifts / seconds).toFixed(0)} a second; ` +
      `in ten minutes ${Math.floor((gifts / seconds) * BAR_SECONDS)}  ${seconds < BAR_SECONDS ? 'reached' : 'MISSED'}\n` +
      `  ${settled} settled, ${apart} cents apart from Stripe, ${violations} violations  ${isExact ? 'exact' : 'WRONG'}\n` +
      `  ${cpus().length} cores, load average ${(loadavg()[0] ?? 0).toFixed(1)}\n`,
  )
  if (!isExact) process.exitCode = 1
}
