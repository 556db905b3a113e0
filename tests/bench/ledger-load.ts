import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** One kind of transaction, as a pgbench script; `$name` stands for a value, `:name` in it for a random or a result. */
export type Load = {
  name: string
  script: string
  clients: number
  seconds: number
  /** Transactions a second to aim at, where not as fast as it goes. */
  rate?: number
}

/** Whether pgbench is on this machine; where it is not, the same scripts run in a loop of this process. */
export function hasPgbench(): boolean {
  return spawnSync('pgbench', ['--version']).status === 0
}

/** Runs a load with prepared statements and answers its transactions a second. Throws where one failed. */
export async function runLoad(url: string, load: Load): Promise<number> {
  return hasPgbench() ? runPgbench(url, load) : runLoop(url, load)
}

async function runPgbench(url: string, load: Load): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'common-purse-script-'))
  try {
    await writeFile(join(dir, 'script.sql'), load.script)
    const shape = ['-n', '-M', 'prepared', '-c', `${load.clients}`, '-j', `${Math.min(2, load.clients)}`]
    const pace = load.rate === undefined ? [] : ['-R', `${load.rate}`]
    const output = await capture('pgbench', [
      ...shape,
      ...pace,
      '-T',
      `${load.seconds}`,
      '-f',
      join(dir, 'script.sql'),
      url,
    ])
    const tps = /tps = ([\d.]+)/.exec(output)?.[1]
    if (tps === undefined || /aborted/.test(output)) throw new Error(`pgbench could not run "${load.name}":\n${output}`)
    return Number(tps)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function capture(command: string, args: string[]): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.once('error', fail)
    child.once('exit', () => done(output))
  })
}

/** The part of pgbench's language our scripts use: `\set x random(a, b)`, `\gset`, `:x`, one statement a line. */
async function runLoop(url: string, load: Load): Promise<number> {
  const until = performance.now() + load.seconds * 1000
  let done = 0
  const run = async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    while (performance.now() < until) {
      const started = performance.now()
      await runScript(client, load.script)
      done += 1
      if (load.rate !== undefined)
        await sleep(Math.max(0, (1000 * load.clients) / load.rate - (performance.now() - started)))
    }
    await client.end()
  }
  await Promise.all(Array.from({ length: load.clients }, run))
  return done / load.seconds
}

async function runScript(client: pg.Client, script: string): Promise<void> {
  const values: Record<string, string> = {}
  for (const line of script.trim().split('\n')) {
    const [, name = '', low = '0', high = '0'] = /^\\set (\w+) random\((\d+), (\d+)\)$/.exec(line) ?? []
    if (name !== '') {
      values[name] = String(Math.floor(Number(low) + Math.random() * (Number(high) - Number(low) + 1)))
      continue
    }
    const used: string[] = []
    const text = line
      .replace(/;$|\\gset$/, '')
      .replace(/(?<!:):(\w+)/g, (_, variable: string) => `$${used.push(variable)}`)
    const result = await client.query({
      name: line.slice(0, 60),
      text,
      values: used.map((variable) => values[variable]),
    })
    if (line.endsWith('\\gset')) Object.assign(values, result.rows[0])
  }
}
