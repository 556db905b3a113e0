import type { DbClient } from '../db/client.ts'
import { enqueueJob } from '../jobs/enqueue-job.ts'
import { emailAddress } from './address.ts'
import { oneLine, renderMail } from './render-mail.ts'
import type { Mail, RenderedMail } from './types.ts'

/**
 * Records a mail and the job that sends it, in the caller's transaction: it goes out exactly if the business fact is
 * committed. Returns the mail's id. Where the transaction holds locks, pass what `renderMail` returned.
 */
export async function queueMail(tx: DbClient, mail: Mail | RenderedMail): Promise<string> {
  const { kind, recipient, subject, html, text } = 'element' in mail ? await renderMail(mail) : mail
  const row = await tx.outboundMail.create({
    data: { kind, recipient: emailAddress.parse(recipient), subject: oneLine(subject), html, text },
    select: { id: true },
  })
  await enqueueJob(tx, 'send-mail', { mailId: row.id })
  return row.id
}
