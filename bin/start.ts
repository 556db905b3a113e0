import { resolve } from 'node:path'
import { EnvError, parseStartEnv } from '#lib/env.ts'
import { AlreadyRunning, claimDataDir } from './start/claim-data-dir.ts'
import { startEverything } from './start/start-everything.ts'

/** `npm start` and `npm run dev`: the whole product on this machine, until Ctrl-C. */
async function main(): Promise<void> {
  const settings = parseStartEnv(process.env)
  const url = settings.APP_URL ?? `http://localhost:${settings.PORT}`
  const release = await claimDataDir(resolve(settings.DATA_DIR), url)
  const running = startEverything({ settings, url, development: process.argv.includes('--dev') })

  let stopping = false
  const stop = async (reason: string, code: number) => {
    if (stopping) return
    stopping = true
    process.stdout.write(`\n${reason} Stopping …\n`)
    await running.stop()
    await release()
    process.stdout.write('Stopped.\n')
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void stop(`${signal} received.`, 0))
  process.on('disconnect', () => void stop('The starter of this start ended.', 0))
  // npm runs us through a shell that dies of a signal without handing it on; its end is then the signal.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && void stop('The starter of this start ended.', 0), 500).unref()
  running.ended.catch((error: unknown) => void stop(error instanceof Error ? error.message : String(error), 1))
  await running.ready.catch((error: unknown) =>
    stop(`The start failed: ${error instanceof Error ? error.message : error}`, 1),
  )
}

main().catch((error: unknown) => {
  const expected = error instanceof EnvError || error instanceof AlreadyRunning
  process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : error}\n`)
  process.exit(1)
})
