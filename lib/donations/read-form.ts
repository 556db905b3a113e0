import { createHash } from 'node:crypto'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { amountsOf, closedReason, giftCurrency } from './policy.ts'
import { chosenAmount, type GiverInput, giftSchema, giverSchema, givingTarget } from './schema.ts'
import type { GiftAmounts } from './types.ts'

/** What somebody asked to give, read from both steps of the form; amounts and currency are the server's own. */
export type GivingFacts = {
  campaign: Awaited<ReturnType<typeof loadCampaign>>
  asked: GiverInput
  amounts: GiftAmounts
  /** The same form sent again with the same contents has the same key. */
  key: string
}

/**
 * Reads both steps of giving. Currency, amounts and the campaign's state are the server's own. Throws `invalid_input`
 * with the fields of both steps, `not_found`, `wrong_state`.
 */
export async function readGiving(input: unknown): Promise<GivingFacts> {
  const { campaignSlug, submissionKey } = parseInput(givingTarget, input)
  const campaign = await loadCampaign(campaignSlug, (input as { currency?: unknown }).currency)
  const form = { ...(input as object), amount: chosenAmount(input as object) }
  const asked = parseInput(giftSchema(campaign.currency).and(giverSchema), form)
  const closed = closedReason(campaign, now())
  if (closed !== null) throw new AppError('wrong_state', closed)
  const offersTip = campaign.chapter.currency === campaign.currency
  const amounts = amountsOf({ ...asked, tipPercent: offersTip ? asked.tipPercent : 0n, currency: campaign.currency })
  return { campaign, asked, amounts, key: `${submissionKey}:${digestOf({ campaignId: campaign.id, amounts, asked })}` }
}

/** Its `currency` is that of the gift: the campaign's own, or the second one it takes. */
async function loadCampaign(slug: string, asked: unknown) {
  const campaign = await db().campaign.findUnique({
    where: { slug },
    select: {
      id: true,
      slug: true,
      title: true,
      currency: true,
      alsoCurrency: true,
      status: true,
      deadline: true,
      chapterId: true,
      chapter: { select: { currency: true } },
    },
  })
  if (!campaign || campaign.status === 'draft' || campaign.status === 'in_review') {
    throw new AppError('not_found', 'There is no such campaign.')
  }
  return { ...campaign, currency: giftCurrency(campaign, asked) }
}

/** The donor with this address, whose name stays as it is: only the person behind the address could change it. */
export async function keepDonor(tx: DbClient, asked: GiverInput): Promise<string> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO donor (id, email, name) VALUES (${newId()}::uuid, ${asked.email}, ${asked.name})
    ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id`
  const id = rows[0]?.id
  if (id === undefined) throw new Error('a donor was neither found nor made')
  return id
}

function digestOf(contents: { campaignId: string; amounts: GiftAmounts; asked: GiverInput }): string {
  const { amounts, asked, campaignId } = contents
  const { giftMinor, coverMinor, tipMinor } = amounts
  const parts = [campaignId, giftMinor, coverMinor, tipMinor, asked.email, asked.name, asked.showName, asked.showAmount]
  return createHash('sha256')
    .update(JSON.stringify(parts.map(String)))
    .digest('base64url')
    .slice(0, 22)
}
