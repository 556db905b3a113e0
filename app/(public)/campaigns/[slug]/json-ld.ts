import type { PublicCampaign } from '#lib/campaigns/types.ts'
import { env } from '#lib/env.ts'
import { toDecimalString } from '#lib/money/format.ts'
import type { Figures } from '#lib/reports/types.ts'

/** The campaign as schema.org data: a grant of the chapter, and the action of giving to it while it is open. */
export function jsonLd(campaign: PublicCampaign, figures: Figures): string {
  const { slug, title, summary, currency, status, chapterName, aidGroups } = campaign
  const url = `${env().APP_URL}/campaigns/${slug}`
  const chapter = { '@type': 'NGO', name: chapterName }
  const data = {
    '@context': 'https://schema.org',
    '@type': 'MonetaryGrant',
    name: title,
    description: summary,
    url,
    funder: chapter,
    amount: { '@type': 'MonetaryAmount', currency, value: toDecimalString(figures.keptMinor, currency) },
    fundedItem: aidGroups.map(({ name }) => ({ '@type': 'NGO', name })),
    ...(status === 'live'
      ? {
          potentialAction: {
            '@type': 'DonateAction',
            target: `${url}/donate`,
            recipient: chapter,
            name: `Give to ${title}`,
          },
        }
      : {}),
  }
  // A title could hold what ends a script element.
  return JSON.stringify(data).replaceAll('<', '\\u003c')
}
