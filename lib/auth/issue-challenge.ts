import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { now } from '../clock.ts'
import { env } from '../env.ts'
import { newToken } from '../ids.ts'

/** About 130,000 hashes: a second on a phone, nothing for one gift and something for thousands. */
const BITS = 17
const VALID_MS = 2 * 3_600_000

/** What the browser works on: a number whose hash with `nonce` begins with `bits` zeros. `token` comes back with it. */
export type Challenge = { token: string; nonce: string; bits: number }

/** A fresh piece of work for one form about `subject`. Nothing is stored: the token carries our signature. */
export function issueChallenge(subject: string): Challenge {
  const nonce = newToken().slice(0, 22)
  const expires = now().getTime() + VALID_MS
  const signed = `${nonce}.${expires}`
  return { token: `${signed}.${signatureOf(signed, subject)}`, nonce, bits: BITS }
}

/**
 * Checks a token with the number that was found for it, `token.number`. Answers the nonce, which the caller lets count
 * once, or null for work that was not done, is too old, or was about something else.
 */
export function verifyProof(proof: string, subject: string): string | null {
  const [nonce = '', expires = '', signature = '', number = '', ...rest] = proof.split('.')
  if (rest.length > 0 || !/^[\w-]{22}$/.test(nonce) || !/^\d{1,15}$/.test(expires) || !/^\d{1,15}$/.test(number))
    return null
  const right = Buffer.from(signatureOf(`${nonce}.${expires}`, subject))
  const given = Buffer.from(signature)
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null
  if (Number(expires) <= now().getTime()) return null
  return zeroBits(createHash('sha256').update(`${nonce}.${number}`).digest()) >= BITS ? nonce : null
}

function signatureOf(signed: string, subject: string): string {
  return createHmac('sha256', env().AUTH_SECRET).update(`challenge:${signed}:${subject}`).digest('base64url')
}

function zeroBits(hash: Buffer): number {
  const first = hash.readUInt32BE(0)
  return first === 0 ? 32 : Math.clz32(first)
}
