/** Finds a Chromium for the browser tests; run as a command it prints where. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge']
const USUAL_PLACES = [
  '/usr/bin',
  '/usr/local/bin',
  '/snap/bin',
  '/opt/google/chrome',
  '/usr/lib/chromium',
  '/opt/homebrew/bin',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * The path of a Chromium: CHROMIUM_PATH when it is set, else the one on PATH or in the usual places, else one installed
 * with apt where we are root on Debian or Ubuntu. Throws an Error with one clear sentence when there is none.
 */
export async function findChromium(): Promise<string> {
  const chosen = process.env['CHROMIUM_PATH']
  if (chosen) {
    if (isProgram(chosen)) return chosen
    throw new Error(`CHROMIUM_PATH is set to ${chosen}, where there is no program.`)
  }
  const found = findInstalled()
  if (found) return found
  const problem = installWithApt()
  const installed = findInstalled()
  if (installed) return installed
  throw new Error(
    `The browser tests need Chromium and found none (${problem}). Install Chromium or Chrome, or set CHROMIUM_PATH to it.`,
  )
}

function findInstalled(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), ...USUAL_PLACES]
  return folders.flatMap((folder) => [folder, ...NAMES.map((name) => join(folder, name))]).find(isProgram)
}

/** Returns why it could not, or what apt said last. */
function installWithApt(): string {
  if (process.getuid?.() !== 0) return 'installing one needs root'
  if (!existsSync('/usr/bin/apt-get')) return 'this system has no apt-get'
  console.error('No Chromium on this machine: installing it with apt-get, about a minute.')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
  ]) {
    const { status, stderr } = spawnSync('apt-get', args, {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    })
    if (status !== 0) return `apt-get ${args[0]} failed: ${stderr.trim().split('\n').at(-1) ?? ''}`
  }
  return 'apt-get installed a package without the program'
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

if (import.meta.filename === process.argv[1]) console.log(await findChromium())
