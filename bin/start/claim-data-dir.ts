import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'

type Claim = { pid: number; port: number; nonce: string; url: string }

/** Thrown when another start already runs on the same data folder. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning'
  constructor(claim: Claim) {
    super(
      `Common Purse already runs here: ${claim.url} (process ${claim.pid}). Stop it first, or set DATA_DIR and PORT to start another.`,
    )
  }
}

/**
 * Makes this process the only one on the data folder. The claim names a loopback port that answers with a nonce,
 * so a claim left by a killed process is told from a living one whatever its pid was reused for.
 */
export async function claimDataDir(dataDir: string, url: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true })
  const file = join(dataDir, 'running.json')
  const nonce = randomUUID()
  const server = createServer((socket) => socket.end(nonce))
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done))
  server.unref()
  const address = server.address()
  const claim: Claim = { pid: process.pid, port: address && typeof address === 'object' ? address.port : 0, nonce, url }

  for (let attempt = 0; ; attempt += 1) {
    try {
      await writeFile(file, JSON.stringify(claim), { flag: 'wx', mode: 0o600 })
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 2) throw error
      const other = JSON.parse((await readFile(file, 'utf8').catch(() => '')) || 'null') as Claim | null
      if (other && (await answers(other))) throw new AlreadyRunning(other)
      await rm(file, { force: true })
    }
  }
  return async () => {
    server.close()
    await rm(file, { force: true })
  }
}

function answers(claim: Claim): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port: claim.port, timeout: 2_000 })
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.once('error', () => done(false))
    socket.once('timeout', () => socket.destroy())
    socket.once('close', () => done(heard === claim.nonce))
  })
}
