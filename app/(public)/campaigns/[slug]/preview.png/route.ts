import sharp from 'sharp'
import { previewSvg } from '#components/campaigns-public/preview-svg.ts'
import { findPublicCampaign } from '#lib/campaigns/queries.ts'
import { campaignPurse } from '#lib/reports/build-purse.ts'
import { campaignFigures } from '#lib/reports/queries.ts'

type Context = { params: Promise<{ slug: string }> }

/** The campaign's picture for link previews, drawn from the ledger of this moment; other sites keep it for a while. */
export async function GET(_request: Request, context: Context): Promise<Response> {
  const { slug } = await context.params
  const campaign = await findPublicCampaign(slug)
  const figures = campaign && (await campaignFigures(campaign.id))
  if (!campaign || !figures) return new Response('Not found', { status: 404 })
  const svg = previewSvg({ ...campaign, ...figures, segments: await campaignPurse(campaign) })
  const png = await sharp(Buffer.from(svg)).png({ palette: true, compressionLevel: 9 }).toBuffer()
  return new Response(new Uint8Array(png), {
    headers: { 'Content-Type': 'image/png', 'Cache-Control': 'public, max-age=300' },
  })
}
