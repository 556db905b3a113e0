import { renderReceiptPdf } from '#lib/donations/render-receipt.ts'
import { pdfAnswer, refusal } from '../../../pdf-answer.ts'

type Context = { params: Promise<{ token: string }> }

/** The receipt for tax papers. Whoever has the address has the key, as for the page. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const file = await renderReceiptPdf((await params).token)
  return file ? pdfAnswer(file) : refusal('There is no receipt at this address, or it has no number yet.')
}
