import { createTransport } from 'nodemailer'
import { now } from '../clock.ts'
import { db } from '../db/client.ts'
import { env } from '../env.ts'
import { oneLine } from './render-mail.ts'

const HOLDS_A_KEY = new Set(['sign-in', 'giving-link', 'year-summary', 'application', 'reference'])

/**
 * The job `send-mail`. Without a mail server the mail stays readable in the mailbox page and counts as sent. A job
 * that runs twice sends the same Message-ID twice, which mail readers show once.
 */
export async function sendMail({ mailId }: { mailId: string }): Promise<void> {
  const mail = await db().outboundMail.findUnique({ where: { id: mailId } })
  if (!mail || mail.status === 'sent') return
  const server = env().SMTP_URL
  if (server === undefined) return markSent(mailId, {})
  const transport = createTransport(server, { disableFileAccess: true, disableUrlAccess: true } as object)
  try {
    await transport.sendMail({
      from: env().MAIL_FROM,
      to: { name: '', address: mail.recipient },
      subject: oneLine(mail.subject),
      html: mail.html,
      text: mail.text,
      messageId: `<${mailId}@${new URL(env().APP_URL).hostname}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
  } catch (error) {
    await db().outboundMail.update({ where: { id: mailId }, data: { status: 'failed', attempts: { increment: 1 } } })
    throw error
  } finally {
    transport.close()
  }
  // A link that opens something is a key: once it is on its way nobody needs the copy.
  await markSent(mailId, HOLDS_A_KEY.has(mail.kind) ? { html: '', text: '' } : {})
}

async function markSent(mailId: string, rest: { html?: string; text?: string }): Promise<void> {
  const data = { status: 'sent' as const, sentAt: now(), attempts: { increment: 1 }, ...rest }
  await db().outboundMail.updateMany({ where: { id: mailId }, data })
}
