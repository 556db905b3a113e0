import { renderSummaryPdf } from '#lib/donations/render-summary.ts'
import { pdfAnswer, refusal } from '../../../../../pdf-answer.ts'
import { currentDonor } from '../../../../giving-cookie.ts'

type Context = { params: Promise<{ chapterSlug: string; year: string }> }

/** The summary for tax papers, for who holds the session of the donor's own page. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const { chapterSlug, year } = await params
  const donor = await currentDonor()
  const file = donor && (await renderSummaryPdf(donor.donorId, { chapterSlug, year: Number(year) }))
  return file ? pdfAnswer(file) : refusal('There is no summary at this address, or your page is closed.')
}
