import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { migrateDatabase } from '#lib/db/migrate-database.ts'
import type { StartEnv } from '#lib/env.ts'
import { bringDatabase } from './bring-database.ts'
import { buildApp } from './build-app.ts'
import { generateCode } from './generate-code.ts'
import { keepSecrets, type Secrets } from './keep-secrets.ts'
import { makeDemo } from './make-demo.ts'
import { reportProgress } from './report-progress.ts'
import { requireFreePort } from './require-free-port.ts'
import { logTail, type Program, runProgram } from './run-program.ts'
import { welcome } from './welcome.ts'
import { WORKER_ARGS } from './worker-args.ts'

type Options = { settings: StartEnv; url: string; development: boolean }
type Running = { ready: Promise<void>; ended: Promise<never>; stop: () => Promise<void> }
type Stoppable = { stop: () => Promise<unknown> }

/**
 * Brings up database, sandbox, demo, worker and app in the order each needs the one before, and stops them in the
 * opposite order. The build runs beside the database's first steps: on a new machine it is the longest of them.
 */
export function startEverything(options: Options): Running {
  const started: Stoppable[] = []
  let stopping = false
  let crash: (error: Error) => void = () => {}
  const ended = new Promise<never>((_, fail) => {
    crash = fail
  })
  const watch = (program: Program) => {
    started.push(program)
    void program.ended.then((code) => {
      if (!stopping)
        crash(new Error(`The ${program.name} ended with code ${code}.\n${logTail(logDirOf(options), program.name)}`))
    })
    return program
  }
  return {
    ended,
    ready: bringUp(options, watch, (stoppable) => started.push(stoppable)),
    stop: async () => {
      stopping = true
      for (const one of started.reverse()) await one.stop().catch(() => undefined)
    },
  }
}

async function bringUp(
  options: Options,
  watch: (program: Program) => Program,
  keep: (one: Stoppable) => void,
): Promise<void> {
  const { settings, development } = options
  const dataDir = resolve(settings.DATA_DIR)
  const usesSandbox = settings.STRIPE_SECRET_KEY === undefined
  const step = reportProgress(usesSandbox ? 6 : 4)
  const secrets = await keepSecrets(dataDir)
  await requireFreePort(settings.PORT, settings.HOST)
  await generateCode()

  const building = new AbortController()
  keep({ stop: async () => building.abort() })
  const build = development ? Promise.resolve(false) : buildApp(building.signal)
  build.catch(() => undefined)
  const adminUrl = await step('Database', () => bringDatabase(settings, secrets, keep))
  const database = await step('Migrations', () => migrateDatabase({ adminUrl, appPassword: secrets.appPassword }))
  const env = programEnv(options, secrets, database.appUrl)

  if (usesSandbox) {
    await step('Stripe sandbox', () => startSandbox(options, secrets, env, watch))
    await step(
      'Demo federation',
      () => makeDemo({ dataDir, logDir: logDirOf(options), env, adminUrl }),
      (said) => said,
    )
  }
  await step(
    'Web app build',
    () => build,
    (built) => (built ? 'built' : 'nothing had changed'),
  )
  await step('App and worker', () => startApp(options, env, watch))
  process.stdout.write(welcome(options.url, usesSandbox, settings.SMTP_URL !== undefined))
}

/** What each of our programs reads through lib/env.ts. */
function programEnv({ settings, url, development }: Options, secrets: Secrets, appUrl: string): Record<string, string> {
  const sandboxBase = `http://127.0.0.1:${secrets.sandboxPort}`
  const stripe = settings.STRIPE_SECRET_KEY
    ? {
        STRIPE_SECRET_KEY: settings.STRIPE_SECRET_KEY,
        STRIPE_WEBHOOK_SECRETS: (settings.STRIPE_WEBHOOK_SECRETS ?? []).join(','),
        SANDBOX: '0',
      }
    : {
        STRIPE_SECRET_KEY: secrets.sandboxKey,
        STRIPE_API_BASE: sandboxBase,
        STRIPE_WEBHOOK_SECRETS: secrets.webhookSecret,
        SANDBOX: '1',
      }
  return {
    NODE_ENV: development ? 'development' : 'production',
    APP_URL: url,
    NEXTAUTH_URL: url,
    PORT: String(settings.PORT),
    HOST: settings.HOST,
    DATA_DIR: resolve(settings.DATA_DIR),
    DATABASE_URL: appUrl,
    AUTH_SECRET: settings.AUTH_SECRET ?? secrets.authSecret,
    MAIL_FROM: settings.MAIL_FROM,
    LOG_LEVEL: settings.LOG_LEVEL,
    NEXT_TELEMETRY_DISABLED: '1',
    ...(settings.SMTP_URL && { SMTP_URL: settings.SMTP_URL }),
    ...(settings.ADMIN_EMAIL && { ADMIN_EMAIL: settings.ADMIN_EMAIL }),
    ...(settings.SOURCE_URL && { SOURCE_URL: settings.SOURCE_URL }),
    ...stripe,
  }
}

async function startSandbox(
  options: Options,
  secrets: Secrets,
  env: Record<string, string>,
  watch: (program: Program) => Program,
): Promise<void> {
  const sandboxEnv = {
    SANDBOX_PORT: String(secrets.sandboxPort),
    SANDBOX_DATA_DIR: join(resolve(options.settings.DATA_DIR), 'sandbox'),
    SANDBOX_WEBHOOK_URL: `http://127.0.0.1:${options.settings.PORT}/api/stripe/webhook`,
    SANDBOX_WEBHOOK_SECRETS: secrets.webhookSecret,
    SANDBOX_API_KEY: secrets.sandboxKey,
    // A newcomer should see a gift travel to the bank while looking on, not in two days.
    SANDBOX_AVAILABLE_DELAY_SECONDS: process.env['SANDBOX_AVAILABLE_DELAY_SECONDS'] ?? '30',
    SANDBOX_PAYOUT_INTERVAL_SECONDS: process.env['SANDBOX_PAYOUT_INTERVAL_SECONDS'] ?? '60',
  }
  const sandbox = watch(
    runProgram({
      name: 'sandbox',
      args: ['--import', 'tsx', 'sandbox/main.ts'],
      env: { ...env, ...sandboxEnv },
      logDir: logDirOf(options),
    }),
  )
  await waitFor(`${env['STRIPE_API_BASE']}/`, sandbox, options)
}

async function startApp(
  options: Options,
  env: Record<string, string>,
  watch: (program: Program) => Program,
): Promise<void> {
  const { settings, development } = options
  const logDir = logDirOf(options)
  const serve = [
    'node_modules/next/dist/bin/next',
    development ? 'dev' : 'start',
    '-p',
    String(settings.PORT),
    '-H',
    settings.HOST,
  ]
  watch(runProgram({ name: 'worker', args: [...WORKER_ARGS], env, logDir }))
  const app = watch(runProgram({ name: 'app', args: serve, env, logDir }))
  await waitFor(`http://127.0.0.1:${settings.PORT}/api/health`, app, options)
}

async function waitFor(url: string, program: Program, options: Options): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const answered = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
      (response) => response.status < 500,
      () => false,
    )
    if (answered) return
    const ended = await Promise.race([program.ended.then(() => true), sleep(100).then(() => false)])
    if (ended) break
  }
  throw new Error(`The ${program.name} did not come up.\n${logTail(logDirOf(options), program.name)}`)
}

function logDirOf(options: Options): string {
  return join(resolve(options.settings.DATA_DIR), 'logs')
}
