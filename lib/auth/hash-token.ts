import { createHash } from 'node:crypto'
import { env } from '../env.ts'

/**
 * What the database keeps of a session token. The tokens are random and long, so one round is enough; the secret
 * keeps a stolen dump from confirming a guess.
 */
export function hashSessionToken(token: string): string {
  return createHash('sha256').update(`session:${token}${env().AUTH_SECRET}`).digest('hex')
}

/** What the database keeps of a sign-in link's token: next-auth's own formula, since next-auth looks it up. */
export function hashLinkToken(token: string): string {
  return createHash('sha256').update(`${token}${env().AUTH_SECRET}`).digest('hex')
}

/** What the database keeps of the tokens that open a donor's own page. */
export function hashDonorToken(token: string): string {
  return createHash('sha256').update(`donor:${token}${env().AUTH_SECRET}`).digest('hex')
}

/** What the database keeps of the tokens of an application's link and of a reference's: each use its own prefix. */
export function hashVettingToken(use: 'application' | 'reference', token: string): string {
  return createHash('sha256').update(`${use}:${token}${env().AUTH_SECRET}`).digest('hex')
}
