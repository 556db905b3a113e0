/**
 * The JavaScript budget: what a page loads above an empty page of the framework, gzip, in a real browser.
 * As a command: `node --import tsx bin/checks/js-budget.ts <base URL> <path>…` against a running production build.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Browser, chromium } from 'playwright-core'
import { findChromium } from '../install-browser.ts'
import { commandFor, projectRoot, run, type Verdict, verdictOf } from './verdict.ts'

const BUDGET_BYTES = 12_000

// The smallest app the installed framework can build: what every page of ours pays before its own first byte.
const EMPTY_APP: Record<string, string> = {
  'package.json': '{ "private": true, "type": "module" }',
  'next.config.mjs': `export default { turbopack: { root: ${JSON.stringify(projectRoot)} } }`,
  'app/layout.js':
    'export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html> }',
  'app/page.js': 'export default function Page() { return null }',
}

/** Judges pages of a running production build, `baseUrl` without a trailing slash, paths beginning with one. */
export async function checkJsBudget(baseUrl: string, paths: readonly string[]): Promise<Verdict> {
  const empty = await startEmptyApp()
  const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] })
  try {
    const frameworkBytes = await measureScripts(browser, empty.url)
    if (frameworkBytes === 0) return verdictOf(['the empty page loaded no script: nothing to compare with'], '')
    const lines: string[] = []
    const problems: string[] = []
    for (const path of paths) {
      const overBytes = (await measureScripts(browser, baseUrl + path)) - frameworkBytes
      const line = `${path} ${kilobytes(overBytes)} over the empty page's ${kilobytes(frameworkBytes)}`
      lines.push(line)
      if (overBytes > BUDGET_BYTES) problems.push(`${line}, at most ${kilobytes(BUDGET_BYTES)}`)
    }
    return verdictOf(problems, lines.join('; '))
  } finally {
    await browser.close()
    empty.stop()
  }
}

/** The gzip bytes of every script a page loads until the network is quiet. Throws when the page does not answer 200. */
async function measureScripts(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage()
  const scripts = new Map<string, Promise<number>>()
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script' || scripts.has(response.url())) return
    scripts.set(
      response.url(),
      response.body().then((body) => gzipSync(body).length),
    )
  })
  try {
    const response = await page.goto(url, { waitUntil: 'networkidle' })
    if (response?.status() !== 200) throw new Error(`${url} answered ${response?.status()}`)
    const sizes = await Promise.all(scripts.values())
    return sizes.reduce((total, bytes) => total + bytes, 0)
  } finally {
    await page.close()
  }
}

async function startEmptyApp(): Promise<{ url: string; stop: () => void }> {
  const folder = await buildEmptyApp()
  const [command, ...first] = commandFor('next')
  const server = spawn(command, [...first, 'start', folder, '--port', '0', '--hostname', '127.0.0.1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })
  return { url: await firstAddress(server), stop: () => server.kill() }
}

/** Built once for each version of the framework, about ten seconds, and kept among the data that is not committed. */
async function buildEmptyApp(): Promise<string> {
  const { version } = createRequire(import.meta.url)('next/package.json') as { version: string }
  const folder = join(projectRoot, '.data', `empty-page-${version}`)
  const stamp = join(folder, 'built')
  if (isStamped(stamp)) return folder
  for (const [path, text] of Object.entries(EMPTY_APP)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const { code, output } = await run('next', ['build', folder], { env: { NODE_ENV: 'production' } })
  if (code !== 0) throw new Error(`The empty page could not be built:\n${output}`)
  writeFileSync(stamp, 'complete')
  return folder
}

function isStamped(path: string): boolean {
  try {
    return readFileSync(path, 'utf8') === 'complete'
  } catch {
    return false
  }
}

function firstAddress(server: ChildProcess): Promise<string> {
  return new Promise((found, fail) => {
    let output = ''
    server.once('error', fail)
    server.once('exit', (code) => fail(new Error(`The empty page's server ended with ${code}: ${output}`)))
    server.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      const address = /http:\/\/[\d.]+:\d+/.exec(output)?.[0]
      if (address && output.includes('Ready')) found(address)
    })
  })
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`
}

if (import.meta.filename === process.argv[1]) {
  const [baseUrl, ...paths] = process.argv.slice(2)
  if (!baseUrl || paths.length === 0) throw new Error('Say the base URL and at least one path.')
  const { ok, summary, details } = await checkJsBudget(baseUrl.replace(/\/$/, ''), paths)
  console.log(`${ok ? 'ok  ' : 'FAIL'}  JavaScript ${summary}${details ? `\n${details}` : ''}`)
  process.exitCode = ok ? 0 : 1
}
