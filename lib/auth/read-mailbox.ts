import { z } from 'zod'
import { findMail, listMails } from '../email/queries.ts'
import type { MailSummary, MailView } from '../email/types.ts'
import { env } from '../env.ts'
import { canReadMailbox } from './policy.ts'
import type { Actor } from './types.ts'

/** The newest mails; null when the actor may not see the mailbox. */
export async function listMailbox(actor: Actor): Promise<MailSummary[] | null> {
  return mayRead(actor) ? listMails() : null
}

/** One mail; null when there is none or the actor may not see the mailbox. */
export async function readMail(actor: Actor, id: string): Promise<MailView | null> {
  return mayRead(actor) && z.uuid().safeParse(id).success ? findMail(id) : null
}

function mayRead(actor: Actor): boolean {
  return canReadMailbox(actor, { isSandbox: env().SANDBOX, hasMailServer: env().SMTP_URL !== undefined })
}
