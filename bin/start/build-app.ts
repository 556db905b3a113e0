import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const SOURCES = [
  'app',
  'components',
  'lib',
  'public',
  'proxy.ts',
  'next.config.js',
  'package-lock.json',
  'tsconfig.json',
  'package.json',
]
const STAMP = '.next/built-from'

/**
 * Builds the web app unless the build that is there was made from exactly these sources. Answers whether it built.
 * `signal` ends a build that nobody waits for any more, so that it does not stand in the next one's way.
 */
export async function buildApp(signal?: AbortSignal): Promise<boolean> {
  const fingerprint = await fingerprintOf(SOURCES)
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === fingerprint) return false
  await runBuild(signal)
  await writeFile(STAMP, fingerprint)
  return true
}

function runBuild(signal?: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const output: string[] = []
    const child = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal && { signal }),
    })
    child.stdout.on('data', (chunk) => output.push(String(chunk)))
    child.stderr.on('data', (chunk) => output.push(String(chunk)))
    child.once('error', fail)
    child.once('exit', (code) =>
      code === 0 ? done() : fail(new Error(`The build failed:\n${output.join('').slice(-6_000)}`)),
    )
  })
}

async function fingerprintOf(paths: string[]): Promise<string> {
  const hash = createHash('sha256').update(process.version)
  for (const path of paths) await addTo(hash, path)
  return hash.digest('hex')
}

async function addTo(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) {
    hash.update(path).update(await readFile(path).catch(() => Buffer.alloc(0)))
    return
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) await addTo(hash, join(path, entry.name))
}
