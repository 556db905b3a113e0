import { z } from 'zod'
import { hashDonorToken } from '#lib/auth/hash-token.ts'
import { limitSender } from '#lib/auth/limit-rate.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { newToken } from '#lib/ids.ts'

const SESSION_MINUTES = 120
const PER_SENDER = { name: 'giving-open-sender', points: 100, windowSeconds: 900 }

const tokenSchema = z.string().regex(/^[\w-]{43}$/)

export type GivingSession = { sessionToken: string; expires: Date; landsOn: string }

/**
 * Turns a mailed link into a session of the donor's own page, once; null for a link that is unknown, used or too old.
 * Only a POST may call it: programs that look into mails open links and must not use one up.
 */
export async function openGivingLink(
  _actor: Actor,
  input: { token: unknown },
  senderAddress: string | null,
): Promise<GivingSession | null> {
  const token = tokenSchema.safeParse(input.token)
  if (!token.success) return null
  await limitSender(PER_SENDER, senderAddress)
  return inTransaction(async (tx) => {
    // The row goes as it is read, so of two who race for it one gets nothing.
    const used = await tx.$queryRaw<{ donorId: string; landsOn: string }[]>`
      DELETE FROM donor_access WHERE token_hash = ${hashDonorToken(token.data)} AND kind = 'link' AND expires_at > ${now()}
      RETURNING donor_id AS "donorId", lands_on AS "landsOn"`
    const [link] = used
    if (!link) return null
    await tx.donorAccess.deleteMany({ where: { expiresAt: { lte: now() } } })
    const { token: sessionToken, row } = issueAccess({ minutes: SESSION_MINUTES })
    await tx.donorAccess.create({ data: { ...row, donorId: link.donorId, kind: 'session' } })
    return { sessionToken, expires: row.expiresAt, landsOn: link.landsOn }
  })
}

/** A way in: the token leaves here and is kept nowhere; `row` is what the database keeps of it. */
export function issueAccess({ minutes }: { minutes: number }): {
  token: string
  row: { tokenHash: string; expiresAt: Date }
} {
  const token = newToken()
  return { token, row: { tokenHash: hashDonorToken(token), expiresAt: new Date(now().getTime() + minutes * 60_000) } }
}

/** Whose page an open session shows, or null. */
export async function donorOfSession(sessionToken: string | undefined): Promise<{ donorId: string } | null> {
  const token = tokenSchema.safeParse(sessionToken)
  if (!token.success) return null
  const where = { tokenHash: hashDonorToken(token.data), kind: 'session', expiresAt: { gt: now() } }
  return db().donorAccess.findFirst({ where, select: { donorId: true } })
}

/** Closes the donor's own page: the cookie is worth nothing from now on. */
export async function endGivingSession(_actor: Actor, sessionToken: string | undefined): Promise<void> {
  const token = tokenSchema.safeParse(sessionToken)
  if (token.success)
    await db().donorAccess.deleteMany({ where: { tokenHash: hashDonorToken(token.data), kind: 'session' } })
}
