import { createHmac } from 'node:crypto'
import { hashDonorToken } from '#lib/auth/hash-token.ts'
import { env } from '#lib/env.ts'

/**
 * The token of a giver's link in one hold: made anew from the secret whenever a mail is written, so the database keeps
 * only its hash and nobody who reads it can choose for a giver.
 */
export function signChoiceToken(holdId: string, donorId: string): string {
  return createHmac('sha256', env().AUTH_SECRET).update(`choice:${holdId}:${donorId}`).digest('base64url')
}

/** What the database keeps of it. */
export function hashChoiceToken(token: string): string {
  return hashDonorToken(`choice:${token}`)
}

export function choiceUrl(holdId: string, donorId: string): string {
  return `${env().APP_URL.replace(/\/$/, '')}/choices/${signChoiceToken(holdId, donorId)}`
}
