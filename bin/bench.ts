/** `npm run bench -- ledger|donate|webhooks|sweep|export|screening [flags]`: measurements, never tests; each prints its table and the machine it ran on. */
const BENCHES: Record<string, () => Promise<unknown>> = {
  ledger: async () => (await import('#tests/bench/ledger.ts')).benchLedger(),
  donate: async () => (await import('#tests/bench/donate.ts')).benchDonate(),
  webhooks: async () => (await import('#tests/bench/webhooks.ts')).benchWebhooks(),
  sweep: async () => (await import('#tests/bench/sweep.ts')).benchSweep(),
  export: async () => (await import('#tests/bench/export.ts')).benchExport(),
  screening: async () => (await import('#tests/bench/screening.ts')).benchScreening(),
}

const [chosen, ...flags] = process.argv.slice(2)
const bench = BENCHES[chosen ?? '']
if (!bench) {
  process.stderr.write(`Usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [flags]\n`)
  process.exit(1)
}
process.argv = [...process.argv.slice(0, 2), ...flags]
await bench()
process.exit(process.exitCode ?? 0)

export {}
