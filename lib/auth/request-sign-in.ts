import { now } from '../clock.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { queueMail } from '../email/queue-mail.ts'
import { renderMail } from '../email/render-mail.ts'
import { signInMail } from '../email/sign-in-mail.tsx'
import { env } from '../env.ts'
import { newToken } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import { LINK_MINUTES } from './configure-next-auth.ts'
import { hashLinkToken } from './hash-token.ts'
import { limitRate, limitSender } from './limit-rate.ts'
import { sameSitePath } from './policy.ts'
import { signInSchema } from './schema.ts'
import type { Actor } from './types.ts'

const WINDOW_SECONDS = LINK_MINUTES * 60
const PER_ADDRESS = { name: 'sign-in-address', points: 5, windowSeconds: WINDOW_SECONDS }
const PER_SENDER = { name: 'sign-in-sender', points: 50, windowSeconds: WINDOW_SECONDS }

/**
 * Mails a sign-in link to a person who has an account, and does nothing for anybody else; the answer, and nearly all
 * of the work, is the same for both, so that nobody learns who is here. `senderAddress` is the network address of
 * the asker, null where none is known. Throws `invalid_input` and `rate_limited`.
 */
export async function requestSignIn(_actor: Actor, input: unknown, senderAddress: string | null): Promise<void> {
  const { email, next } = parseInput(signInSchema, input)
  await limitSender(PER_SENDER, senderAddress)
  await limitRate(PER_ADDRESS, email)
  const token = newToken()
  const mail = await renderMail(
    signInMail({ recipient: email, link: signInLink({ token, email, next }), minutesValid: LINK_MINUTES }),
  )
  await inTransaction(async (tx) => {
    await tx.verificationToken.deleteMany({ where: { expires: { lt: now() } } })
    const expires = new Date(now().getTime() + LINK_MINUTES * 60_000)
    await tx.verificationToken.create({ data: { identifier: email, token: hashLinkToken(token), expires } })
    const known = await tx.user.findFirst({ where: { email, disabledAt: null }, select: { id: true } })
    if (known) await queueMail(tx, mail)
  })
}

/** Always on the canonical host: a forged Host header must not send the token elsewhere. */
function signInLink({ token, email, next }: { token: string; email: string; next: string | undefined }): string {
  const link = new URL('/sign-in/confirm', env().APP_URL)
  link.searchParams.set('token', token)
  link.searchParams.set('email', email)
  const path = sameSitePath(next)
  if (path) link.searchParams.set('next', path)
  return link.toString()
}
