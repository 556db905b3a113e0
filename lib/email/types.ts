import type { ReactElement } from 'react'

type MailKind =
  | 'sign-in'
  | 'giving-link'
  | 'invitation'
  | 'receipt'
  | 'year-summary'
  | 'pledge'
  | 'notice'
  | 'application'
  | 'reference'

/** A mail as its template made it. */
export type Mail = { kind: MailKind; recipient: string; subject: string; element: ReactElement }

/** A mail whose element has become text; what a transaction should be handed, since rendering takes milliseconds. */
export type RenderedMail = { kind: MailKind; recipient: string; subject: string; html: string; text: string }

export type MailSummary = {
  id: string
  kind: string
  recipient: string
  subject: string
  status: string
  createdAt: Date
}
export type MailView = MailSummary & { html: string; text: string }
