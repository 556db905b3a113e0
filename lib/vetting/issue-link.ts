import { hashVettingToken } from '#lib/auth/hash-token.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { env } from '#lib/env.ts'
import { newId, newToken } from '#lib/ids.ts'
import type { Locale } from './types.ts'

const OPEN_DAYS = 60

export type ApplicationLink = { applicationId: string; url: string; closesAt: Date }

type LinkFacts = {
  aidGroupId: string
  round: number
  locale: Locale
  contactEmail: string | null
  invitedById: string | null
}

/** A new link to a group's application, open for 60 days. The token leaves here and is kept nowhere. */
export async function issueLink(tx: DbClient, facts: LinkFacts): Promise<ApplicationLink> {
  const token = newToken()
  const applicationId = newId()
  const createdAt = now()
  const closesAt = new Date(createdAt.getTime() + OPEN_DAYS * 86_400_000)
  const tokenHash = hashVettingToken('application', token)
  await tx.vettingApplication.create({ data: { ...facts, id: applicationId, tokenHash, createdAt, closesAt } })
  // Always on the canonical host: a forged Host header must not send the token elsewhere.
  return { applicationId, closesAt, url: new URL(`/apply/${token}`, env().APP_URL).toString() }
}
