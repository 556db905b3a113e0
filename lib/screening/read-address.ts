import { lookup as resolveName } from 'node:dns'
import { request } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { LIST_BYTES_MAX } from './extract-files.ts'
import { type ListFile, refusedList } from './read-text.ts'

type Limits = {
  /** For tests: certificates and the addresses of this machine. */
  ca?: string
  allowPrivate?: boolean
  bytesMax?: number
  quietMs?: number
  totalMs?: number
}
type Answer = { redirectTo: string } | { bytes: Buffer }

const REDIRECTS_MAX = 3
const QUIET_MS = 30_000
const TOTAL_MS = 5 * 60_000

/** Addresses that are not of the public internet: a publisher's name or redirect that leads there is an attack. */
const privateAddresses = new BlockList()
for (const [net, prefix] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const),
  ...([
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['224.0.0.0', 3],
  ] as const),
])
  privateAddresses.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  privateAddresses.addSubnet(net, prefix, 'ipv6')
privateAddresses.addAddress('::1', 'ipv6')

/** Whether an address may be asked: IPv4 in IPv6's clothes counts as what it is. */
export function isPublicAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const bare = mapped ?? address
  const family = isIP(bare)
  return family !== 0 && !privateAddresses.check(bare, family === 6 ? 'ipv6' : 'ipv4')
}

/**
 * Fetches one file of a list over HTTPS: at most three redirects, only to public addresses (checked at the address that
 * is connected to, so a name cannot change its mind), no more bytes than a list has, and an end to waiting. Throws
 * `invalid_input` with the file and what went wrong.
 */
export async function readAddress(address: string, limits: Limits = {}): Promise<ListFile> {
  const ending = AbortSignal.timeout(limits.totalMs ?? TOTAL_MS)
  const name = new URL(address).pathname.split('/').at(-1) || 'list'
  let url = new URL(address)
  for (let redirect = 0; redirect <= REDIRECTS_MAX; redirect += 1) {
    if (url.protocol !== 'https:') throw refusedList(name, null, 'only https:// addresses are asked.')
    if (isIP(hostOf(url)) !== 0 && !limits.allowPrivate && !isPublicAddress(hostOf(url))) throw notPublic(name)
    const answer = await ask(url, name, limits, ending)
    if ('bytes' in answer) return { name, bytes: answer.bytes }
    if (!URL.canParse(answer.redirectTo, url)) throw refusedList(name, null, 'the publisher redirects to no address.')
    url = new URL(answer.redirectTo, url)
  }
  throw refusedList(name, null, `the publisher redirects more than ${REDIRECTS_MAX} times.`)
}

const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, '')
const notPublic = (name: string) => refusedList(name, null, 'the address is not one of the public internet.')

function ask(url: URL, name: string, limits: Limits, ending: AbortSignal): Promise<Answer> {
  const { quietMs = QUIET_MS, bytesMax = LIST_BYTES_MAX } = limits
  return new Promise((resolve, reject) => {
    const options = {
      headers: { 'user-agent': 'common-purse', accept: '*/*' },
      lookup: limits.allowPrivate ? undefined : lookupPublic,
      ...(limits.ca ? { ca: limits.ca } : {}),
      signal: ending,
      timeout: quietMs,
    }
    const asked = request(url, options, (response) => {
      const { statusCode = 0, headers } = response
      if (statusCode >= 300 && statusCode < 400 && headers.location) {
        response.destroy()
        resolve({ redirectTo: headers.location })
        return
      }
      if (statusCode !== 200) {
        response.destroy()
        reject(refusedList(name, null, `the publisher answered ${statusCode}.`))
        return
      }
      const parts: Buffer[] = []
      let count = 0
      response.on('data', (part: Buffer) => {
        count += part.length
        parts.push(part)
        if (count <= bytesMax) return
        asked.destroy()
        reject(refusedList(name, null, `larger than ${Math.floor(bytesMax / 1024 / 1024)} MB, which no list is.`))
      })
      response.on('end', () => {
        if (response.complete) resolve({ bytes: Buffer.concat(parts) })
        else reject(refusedList(name, null, 'the connection ended in the middle of the file.'))
      })
      response.on('error', () => reject(refusedList(name, null, 'the connection ended in the middle of the file.')))
    })
    asked.on('timeout', () => asked.destroy(new Error(`nothing came for ${quietMs / 1000} seconds`)))
    asked.on('error', (error) => reject(refusedList(name, null, `the publisher could not be asked: ${error.message}.`)))
    asked.end()
  })
}

/** Resolves a name as usual, and refuses it when any of its addresses is not public. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0)
    const [first] = addresses
    if (!first || addresses.some(({ address }) => !isPublicAddress(address))) {
      return callback(new Error('the address is not one of the public internet'), '', 0)
    }
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family)
  })
}
