import { spawn } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { eventually } from '#tests/support/sandbox-money.ts'
import { type Product, startProduct } from '#tests/support/start-product.ts'

let dataDir = ''
let running: Product | undefined

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'common-purse-life-'))
})
afterAll(() => running?.remove())

/** The start as a command that is expected to end by itself. */
function tryStart(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/start.ts'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((done) => child.once('exit', (code) => done({ code, output })))
}

/** The ports on which the product's own programs listen. */
async function ports(product: Product): Promise<number[]> {
  const { sandboxPort } = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')) as { sandboxPort: number }
  const place = await readFile(join(dataDir, 'postgres.location'), 'utf8').then(
    (text) => text.trim(),
    () => join(dataDir, 'postgres'),
  )
  const postgres = Number((await readFile(join(place, 'postmaster.pid'), 'utf8')).split('\n')[3])
  return [Number(new URL(product.url).port), sandboxPort, postgres]
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })
}

async function federationFigures(product: Product): Promise<string> {
  const page = await (await fetch(product.url)).text()
  return /([\d,]+)<\/[a-z]+> people gave/.exec(page)?.[1] ?? ''
}

test('each wrong setting stops the start with a line of its own', async () => {
  const { code, output } = await tryStart({
    PORT: 'eighty',
    SMTP_URL: 'mail.example.org',
    DATA_DIR: join(dataDir, 'never'),
  })
  expect(code).toBe(1)
  expect(
    output
      .trim()
      .split('\n')
      .map((line) => line.split(':')[0]),
  ).toEqual(['PORT', 'SMTP_URL'])
})

test('a port that is taken is named, and nothing is left running', async () => {
  const taken = new URL(inject('productUrl')).port
  const { code, output } = await tryStart({ PORT: taken, DATA_DIR: join(dataDir, 'taken') })
  expect(code).toBe(1)
  expect(output).toContain(`something else already listens on 127.0.0.1:${taken}`)
})

test('a start prints a line for each step, the address, and how to enter each desk', async () => {
  running = await startProduct({ dataDir })
  expect(running.output()).toMatch(/\[6\/6\] App and worker: done/)
  for (const desk of ['/organizer', '/treasurer', '/vetting', '/admin']) expect(running.output()).toContain(desk)
  expect(running.output()).not.toMatch(/postgres(ql)?:\/\//)
  expect(await federationFigures(running)).not.toBe('')
})

test('a second start on the same folder says so and changes nothing', async () => {
  const { code, output } = await tryStart({ DATA_DIR: dataDir, PORT: '3999' })
  expect(code).toBe(1)
  expect(output).toContain('Common Purse already runs here')
  expect((await fetch(`${running?.url}/api/health`)).status).toBe(200)
})

test('Ctrl-C stops everything it started, cleanly', async () => {
  if (!running) throw new Error('nothing runs')
  const open = await ports(running)
  running.child.kill('SIGINT')
  expect(await running.stop()).toBe(0)
  expect(running.output()).toContain('Stopped.')
  expect(await Promise.all(open.map(isOpen))).toEqual([false, false, false])
})

test('the next start finds what was there and makes no second demo', async () => {
  running = await startProduct({ dataDir })
  expect(running.output()).toContain('it was there already')
  expect(running.output()).toContain('nothing had changed')
})

test('a start that was killed leaves no program behind but the database, and the next one recovers', async () => {
  if (!running) throw new Error('nothing runs')
  const before = await federationFigures(running)
  const [app = 0, sandbox = 0] = await ports(running)
  running.child.kill('SIGKILL')
  const gone = async () => ((await isOpen(app)) || (await isOpen(sandbox)) ? undefined : true)
  await eventually(gone, 'app and sandbox to end with their starter', 20)
  running = await startProduct({ dataDir })
  expect(await federationFigures(running)).toBe(before)
})

test('a demo that was interrupted is thrown away and made again', async () => {
  await running?.stop()
  await writeFile(join(dataDir, 'demo-unfinished'), '')
  running = await startProduct({ dataDir })
  expect(running.output()).toMatch(/Demo federation: done in .* gifts to/)
  expect(await federationFigures(running)).not.toBe('')
})
