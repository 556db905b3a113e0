import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#lib/db/embedded-server.ts'

export type Product = {
  url: string
  dataDir: string
  /** Everything `npm start` printed so far. */
  output: () => string
  child: ChildProcess
  stop: () => Promise<number | null>
  remove: () => Promise<void>
}

/** Runs the product as a person does, on a data folder and port of its own, and waits until it says it is ready. */
export async function startProduct(options: { dataDir?: string; env?: Record<string, string> } = {}): Promise<Product> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'common-purse-e2e-')))
  await chmod(dataDir, 0o755)
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/start.ts'], {
    env: { ...cleanEnv(), DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'warn', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const hear = (chunk: Buffer) => {
    output += chunk
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  await new Promise<void>((done, fail) => {
    const look = setInterval(() => {
      if (output.includes('Common Purse is ready')) finish(done)
    }, 50)
    const finish = (then: () => void) => {
      clearInterval(look)
      then()
    }
    void ended.then(() => finish(() => fail(new Error(`The product ended before it was ready:\n${output}`))))
  })
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    return ended
  }
  return {
    url: `http://localhost:${port}`,
    dataDir,
    output: () => output,
    child,
    stop,
    remove: async () => {
      await stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The environment of a person who set nothing: what the test run itself set for its own database is left out. */
function cleanEnv(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'USER', 'CHROMIUM_PATH']
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  ) as NodeJS.ProcessEnv
}
