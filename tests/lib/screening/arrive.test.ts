import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SystemActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { parseStartEnv, resetEnv } from '#lib/env.ts'
import { isPublicAddress, readAddress } from '#lib/screening/read-address.ts'
import { refreshDueLists } from '#lib/screening/refresh-lists.ts'
import { scanFolders } from '#lib/screening/scan-folder.ts'
import { useDatabase } from '#tests/support/database.ts'
import { clearLists, inventedCsv, refusalOf } from './lists.ts'

const database = useDatabase()
const WORKER: SystemActor = { kind: 'system', name: 'worker' }
const LIST = inventedCsv([{ id: 'a', name: 'Jaroslav Kvitkin' }])
let folder = ''
let inbox = ''

const current = () => db().listSnapshot.findFirst({ where: { source: 'demonstration', status: 'current' } })
const lastTry = () => db().listImport.findFirst({ orderBy: [{ at: 'desc' }, { id: 'desc' }] })
/** Puts a file there as if it had lain for a minute. */
async function drop(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(inbox, name)
  await writeFile(path, content)
  const before = new Date(Date.now() - 60_000)
  await utimes(path, before, before)
  return path
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lists-'))
  inbox = join(folder, 'lists/demonstration')
  process.env['DATA_DIR'] = folder
  resetEnv()
})
beforeEach(async () => {
  await clearLists(database)
  await rm(join(folder, 'lists'), { recursive: true, force: true })
  await mkdir(inbox, { recursive: true })
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  delete process.env['DATA_DIR']
  delete process.env['SCREENING_LIST_URLS']
  resetEnv()
})

describe('A list in the folder', () => {
  test('comes in, and the file is put aside', async () => {
    await drop('list.csv', LIST)
    expect(await scanFolders(WORKER)).toBe(1)
    expect(await current()).toMatchObject({ partyCount: 1, importedBy: 'system:worker', fileName: 'list.csv' })
    expect(await readdir(inbox)).toEqual(['read'])
    expect(await scanFolders(WORKER)).toBe(0)
  })

  test('that is still being copied is left alone', async () => {
    await writeFile(join(inbox, 'list.csv'), LIST)
    await drop('other.csv.partial', LIST)
    expect(await scanFolders(WORKER)).toBe(0)
    expect(await current()).toBeNull()
    expect(await lastTry()).toBeNull()
  })

  test('that is broken is put aside, with the reason on the page', async () => {
    await drop('list.csv', LIST.slice(0, -5))
    expect(await scanFolders(WORKER)).toBe(0)
    expect(await lastTry()).toMatchObject({ outcome: 'failed', way: 'folder' })
    expect((await lastTry())?.message).toContain('list.csv, line 2: the last line is cut off')
    expect(await readdir(inbox)).toEqual(['refused'])
  })

  test('of 100 MB is never opened', async () => {
    const path = await drop('list.csv', '')
    await truncate(path, 100 * 1024 * 1024)
    const before = new Date(Date.now() - 60_000)
    await utimes(path, before, before)
    const held = process.memoryUsage().arrayBuffers
    expect(await scanFolders(WORKER)).toBe(0)
    expect(process.memoryUsage().arrayBuffers - held).toBeLessThan(20 * 1024 * 1024)
    expect((await lastTry())?.message).toContain('larger than 96 MB')
  })

  test('that is a link to another file is not followed', async () => {
    const elsewhere = join(folder, 'elsewhere.csv')
    await writeFile(elsewhere, LIST)
    await symlink(elsewhere, join(inbox, 'list.csv'))
    expect(await scanFolders(WORKER)).toBe(0)
    expect(await current()).toBeNull()
    expect(await readFile(elsewhere, 'utf8')).toBe(LIST)
  })
})

// Whoever has no openssl cannot make the certificate that the rules below need.
const OPENSSL = 'openssl'
const hasOpenssl = spawnSync(OPENSSL, ['version']).status === 0

describe.skipIf(!hasOpenssl && process.env['CI'] !== 'true')('A list at an address', () => {
  let server: Server
  let ca = ''
  let base = ''
  let answer: RequestListener = (_, response) => response.end(LIST)

  beforeAll(async () => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    execFileSync(
      OPENSSL,
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'].concat([
        '-addext',
        'subjectAltName=DNS:localhost',
        '-keyout',
        key,
        '-out',
        certificate,
      ]),
      { stdio: 'ignore' },
    )
    ca = await readFile(certificate, 'utf8')
    server = createServer({ key: await readFile(key), cert: ca }, (request, response) => answer(request, response))
    await new Promise<void>((resolve) => server.listen(0, resolve))
    base = `https://localhost:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  const fetched = (path = '/list.csv', limits = {}) =>
    readAddress(`${base}${path}`, { ca, allowPrivate: true, ...limits })

  test('is fetched, over a redirect as well', async () => {
    answer = (request, response) => {
      if (request.url === '/list.csv') response.writeHead(302, { location: '/there.csv' }).end()
      else response.end(LIST)
    }
    const { name, bytes } = await fetched()
    expect(name).toBe('list.csv')
    expect(Buffer.from(bytes).toString()).toBe(LIST)
  })

  test.each<[string, RequestListener, object, RegExp]>([
    ['that answers 404', (_, response) => response.writeHead(404).end(), {}, /answered 404/],
    [
      'that redirects for ever',
      (_, response) => response.writeHead(302, { location: '/list.csv' }).end(),
      {},
      /redirects more than 3 times/,
    ],
    [
      'that redirects to http',
      (_, response) => response.writeHead(302, { location: 'http://localhost/' }).end(),
      {},
      /only https/,
    ],
    [
      'that breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '999999' })
        response.write('id,')
        setTimeout(() => response.destroy(), 20)
      },
      {},
      /middle of the file/,
    ],
    [
      'that never ends',
      (_, response) => {
        const more = () => {
          if (response.write('x'.repeat(65_536))) setImmediate(more)
          else response.once('drain', more)
        }
        more()
      },
      { bytesMax: 1024 * 1024 },
      /larger than 1 MB/,
    ],
    ['that says nothing', () => undefined, { quietMs: 100 }, /nothing came for/],
  ])('%s is refused', async (_, respond, limits, says) => {
    answer = respond
    expect(await refusalOf(() => fetched('/list.csv', limits))).toMatch(says)
  })

  test('of this machine or a private net is never asked', async () => {
    answer = (_, response) => response.end(LIST)
    expect(await refusalOf(() => readAddress(`${base}/list.csv`, { ca }))).toMatch(/not one of the public internet/)
    for (const host of ['127.0.0.1', '10.1.2.3', '169.254.169.254', '[::1]', '[fd00::1]', '[::ffff:192.168.0.1]']) {
      expect(await refusalOf(() => readAddress(`https://${host}/list.csv`))).toMatch(/not one of the public internet/)
    }
    expect(isPublicAddress('8.8.8.8')).toBe(true)
    expect(isPublicAddress('2001:4860:4860::8888')).toBe(true)
    for (const address of ['192.168.1.1', '::1', 'fe80::1', '::ffff:10.0.0.1', 'fc00::1', '0.0.0.0', 'no address']) {
      expect(isPublicAddress(address), address).toBe(false)
    }
  })

  test('that fails is shown, and asked again after an hour, not at once', async () => {
    process.env['SCREENING_LIST_URLS'] = `un=${base}/consolidated.xml`
    resetEnv()
    expect(await refreshDueLists(WORKER)).toBe(0)
    expect(await lastTry()).toMatchObject({ source: 'un', way: 'address', outcome: 'failed' })
    await refreshDueLists(WORKER)
    expect(await db().listImport.count()).toBe(1)
  })
})

test.each([
  ['un=https://un.example/list.xml', { un: ['https://un.example/list.xml'] }],
  [
    'ofac=https://a.example/sdn.csv https://a.example/alt.csv, uk=https://b.example/uk.csv',
    { ofac: ['https://a.example/sdn.csv', 'https://a.example/alt.csv'], uk: ['https://b.example/uk.csv'] },
  ],
])('the setting %s says where lists are', (text, lists) => {
  expect(parseStartEnv({ SCREENING_LIST_URLS: text }).SCREENING_LIST_URLS).toEqual(lists)
})

test.each(['un=http://un.example/list.xml', 'mars=https://m.example/', 'un'])(
  'the setting %s is refused at the start',
  (text) => {
    expect(() => parseStartEnv({ SCREENING_LIST_URLS: text })).toThrow('SCREENING_LIST_URLS')
  },
)
