import { createHmac, timingSafeEqual } from 'node:crypto'
import { env } from '#lib/env.ts'

const ID_LENGTH = 22
const PROOF_BYTES = 24

/**
 * The address of a pledge's page. The token is the pledge's id and a signature of it, so it can stand in every receipt
 * and nothing that opens a pledge is kept in the database. A new AUTH_SECRET makes the earlier links worthless.
 */
export function pledgeUrl(pledgeId: string): string {
  return `${env().APP_URL.replace(/\/$/, '')}/pledges/${signPledgeToken(pledgeId)}`
}

export function signPledgeToken(pledgeId: string): string {
  const id = Buffer.from(pledgeId.replaceAll('-', ''), 'hex').toString('base64url')
  return `${id}${proofOf(pledgeId).toString('base64url')}`
}

/** The pledge a token opens, or null for a token that we did not sign. */
export function verifyPledgeToken(token: string): string | null {
  if (!/^[A-Za-z0-9_-]{54}$/.test(token)) return null
  const hex = Buffer.from(token.slice(0, ID_LENGTH), 'base64url').toString('hex')
  const pledgeId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  // The whole text is compared: base64 has several spellings of the same bytes.
  const expected = Buffer.from(signPledgeToken(pledgeId))
  const given = Buffer.from(token)
  return given.length === expected.length && timingSafeEqual(given, expected) ? pledgeId : null
}

function proofOf(pledgeId: string): Buffer {
  return createHmac('sha256', env().AUTH_SECRET).update(`pledge:${pledgeId}`).digest().subarray(0, PROOF_BYTES)
}
