import { z } from 'zod'
import { limitRate, limitSender } from '#lib/auth/limit-rate.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { emailAddress } from '#lib/email/address.ts'
import { givingLinkMail } from '#lib/email/giving-link-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { renderMail } from '#lib/email/render-mail.ts'
import { env } from '#lib/env.ts'
import { parseInput } from '#lib/parse-input.ts'
import { issueAccess } from './open-giving-link.ts'

const LINK_MINUTES = 30
const WINDOW_SECONDS = 900
const PER_ADDRESS = { name: 'giving-address', points: 5, windowSeconds: WINDOW_SECONDS }
const PER_SENDER = { name: 'giving-sender', points: 50, windowSeconds: WINDOW_SECONDS }

const requestSchema = z.object({ email: emailAddress })

/**
 * Mails the way to their own page to somebody who has given, and does nothing for anybody else; the answer, and nearly
 * all of the work, is the same for both, so that nobody learns who gave. `senderAddress` is the network address of the
 * asker, null where none is known. Throws `invalid_input` and `rate_limited`.
 */
export async function requestGivingLink(_actor: Actor, input: unknown, senderAddress: string | null): Promise<void> {
  const { email } = parseInput(requestSchema, input)
  await limitSender(PER_SENDER, senderAddress)
  await limitRate(PER_ADDRESS, email)
  const access = issueAccess({ minutes: LINK_MINUTES })
  const mail = await renderMail(
    givingLinkMail({ recipient: email, link: givingLink(access.token), minutesValid: LINK_MINUTES }),
  )
  const donor = await db().donor.findUnique({ where: { email }, select: { id: true } })
  if (!donor) return
  await inTransaction(async (tx) => {
    await tx.donorAccess.create({ data: { ...access.row, donorId: donor.id, kind: 'link' } })
    await queueMail(tx, mail)
  })
}

/** Always on the canonical host: a forged Host header must not send the token elsewhere. */
export function givingLink(token: string): string {
  return new URL(`/giving/${token}`, env().APP_URL).toString()
}
