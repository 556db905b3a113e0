import { render, toPlainText } from '@react-email/render'
import type { Mail, RenderedMail } from './types.ts'

/** Renders a mail to HTML and text. Call it before the transaction that queues the result. */
export async function renderMail(mail: Mail): Promise<RenderedMail> {
  const { kind, recipient, subject, element } = mail
  const html = await render(element)
  return { kind, recipient, subject: oneLine(subject), html, text: toPlainText(html) }
}

/** A header is one line: breaks and control characters in a name or title must not start another. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 200)
}
