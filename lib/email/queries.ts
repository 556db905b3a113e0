import { db } from '../db/client.ts'
import type { MailSummary, MailView } from './types.ts'

const SUMMARY = { id: true, kind: true, recipient: true, subject: true, status: true, createdAt: true } as const
const SHOWN_MAX = 100

/** The newest mails first, at most 100. Ask through lib/auth/read-mailbox.ts, which knows who may. */
export function listMails(): Promise<MailSummary[]> {
  return db().outboundMail.findMany({
    select: SUMMARY,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: SHOWN_MAX,
  })
}

/** One mail with its bodies. */
export function findMail(id: string): Promise<MailView | null> {
  return db().outboundMail.findUnique({ where: { id }, select: { ...SUMMARY, html: true, text: true } })
}
