import { createHmac } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { env } from '../env.ts'

/**
 * Where a request comes from, as X-Forwarded-For says behind as many proxies of ours as TRUSTED_PROXY_HOPS names: each
 * adds the address it saw at the end, and what stands before those a client can invent. Null where no proxy is
 * trusted or the header is not one. Of an IPv6 address the network (/64) counts, which one household or one server has.
 */
export function readSender(forwardedFor: string | null): string | null {
  const { TRUSTED_PROXY_HOPS: hops } = env()
  if (hops === 0) return null
  const seen = (forwardedFor ?? '').split(',').map((part) => part.trim())
  return networkOf(seen.at(-hops) ?? '')
}

/** A sender, an address of a person: what the limits keep of either. Nobody without the secret can try out which it is. */
export function hashTrace(kind: 'sender' | 'email', text: string): string {
  return createHmac('sha256', env().AUTH_SECRET)
    .update(`${kind}:${text.toLowerCase()}`)
    .digest('base64url')
    .slice(0, 22)
}

function networkOf(address: string): string | null {
  const bare = address.replace(/^\[|\](:\d+)?$/g, '')
  const mapped = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare
  if (isIPv4(mapped)) return mapped
  if (!isIPv6(mapped)) return null
  const [head = '', tail] = mapped.toLowerCase().split('%')[0]?.split('::') ?? []
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  const network = [...before, ...zeros, ...after].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}
