import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, startEmbeddedServer } from '#lib/db/embedded-server.ts'
import { migrateDatabase } from '#lib/db/migrate-database.ts'
import { resetEnv } from '#lib/env.ts'
import { startSandbox } from '#sandbox/server.ts'
import { WORKER_ARGS } from '../../bin/start/worker-args.ts'

export const SECRET = 'whsec_of_the_benchmark'

export type Watched = {
  name: string
  pid: number
  /** Bytes of JavaScript's heap, and of what it holds outside of it, that are left once all garbage is collected. */
  askHeap: () => Promise<{ heapUsed: number; external: number; rss: number }>
}

export type Stage = {
  webhookUrl: string
  appUrl: string
  /** A control endpoint of the sandbox; without a body it is asked, not told. */
  control: (path: string, body: unknown) => Promise<unknown>
  /** On which core app and worker run; null where the machine cannot pin a program. */
  core: number | null
  /** The programs under load, for looking at their memory. */
  programs: Watched[]
  stop: () => Promise<void>
}

/**
 * The product as in production (the build that is there, fsync on), with the app and the worker together on one core and
 * everything else where the system puts it. This process may use `db()` as the app's role.
 */
export async function startStage(): Promise<Stage> {
  if (!existsSync('.next/BUILD_ID')) throw new Error('Build the app first: npm run build')
  const dir = await mkdtemp(join(tmpdir(), 'common-purse-bench-'))
  // The database's own user must be able to enter.
  await chmod(dir, 0o755)
  const server = await startEmbeddedServer({
    dataDir: join(dir, 'postgres'),
    password: 'bench',
    settings: { max_connections: '100', shared_buffers: '256MB' },
  })
  const database = await migrateDatabase({ adminUrl: server.adminUrl, appPassword: 'bench-app' })
  const sandbox = await startSandbox({ webhookSecrets: [SECRET] })
  const port = await freePort()
  const env = {
    ...{
      NODE_ENV: 'production',
      PORT: String(port),
      APP_URL: `http://localhost:${port}`,
      NEXTAUTH_URL: `http://localhost:${port}`,
    },
    ...{
      DATABASE_URL: database.appUrl,
      STRIPE_API_BASE: sandbox.url,
      STRIPE_SECRET_KEY: 'sk_test_sandbox',
      SANDBOX: '1',
    },
    ...{
      STRIPE_WEBHOOK_SECRETS: SECRET,
      AUTH_SECRET: 'a-secret-of-the-benchmark-long-enough',
      DATA_DIR: dir,
      LOG_LEVEL: 'warn',
    },
  }
  Object.assign(process.env, env)
  resetEnv()
  const core = canPin() ? 0 : null
  const programs = [
    startProgram(['node_modules/next/dist/bin/next', 'start', '-p', String(port), '-H', '127.0.0.1'], env, core),
    startProgram([...WORKER_ARGS], env, core),
  ]
  const stop = async () => {
    await Promise.all(programs.map(stopProgram))
    await sandbox.close()
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
  const control = async (path: string, body: unknown) => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const init = body === null ? { method: 'GET' } : sent
    return (await fetch(`${sandbox.url}/_sandbox/${path}`, init)).json()
  }
  const appUrl = `http://127.0.0.1:${port}`
  await ready(`${appUrl}/api/health`).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const watched = programs.map((program, n) => watch(n === 0 ? 'app' : 'worker', program))
  return { webhookUrl: `${appUrl}/api/stripe/webhook`, appUrl, control, core, programs: watched, stop }
}

function canPin(): boolean {
  return cpus().length > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0
}

function startProgram(args: string[], env: Record<string, string>, core: number | null): ChildProcess {
  const node = [process.execPath, '--expose-gc', '--import', import.meta.resolve('./tell-heap.mjs'), ...args]
  const [file = '', ...rest] = [...(core === null ? [] : ['taskset', '-c', String(core)]), ...node]
  return spawn(file, rest, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

function watch(name: string, program: ChildProcess): Watched {
  const askHeap = () =>
    new Promise<Awaited<ReturnType<Watched['askHeap']>>>((done, fail) => {
      const onMessage = (message: unknown) => {
        if (typeof message !== 'object' || message === null || !('heapUsed' in message)) return
        program.off('message', onMessage)
        done(message as Awaited<ReturnType<Watched['askHeap']>>)
      }
      program.on('message', onMessage)
      program.send('heap', (error) => error && fail(error))
    })
  return { name, pid: program.pid ?? 0, askHeap }
}

async function stopProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(patience)
}

async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answered = await fetch(url).then(
      (answer) => answer.status < 500,
      () => false,
    )
    if (answered) return
    await sleep(100)
  }
  throw new Error('The app did not come up.')
}
