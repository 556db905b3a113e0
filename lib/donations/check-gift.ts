import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { giftCurrency } from './policy.ts'
import { type GiftChoice, readChoice } from './read-choice.ts'
import { chosenAmount, giftSchema } from './schema.ts'

/**
 * The first step by itself, which writes nothing: throws `invalid_input` at the field that is wrong, else answers the
 * choice as texts that the second step can carry.
 */
export async function checkGift(slug: string, form: Record<string, unknown>): Promise<Omit<GiftChoice, 'amounts'>> {
  const campaign = await db().campaign.findUnique({ where: { slug }, select: { currency: true, alsoCurrency: true } })
  if (!campaign) throw new AppError('not_found', 'There is no such campaign.')
  const currency = giftCurrency(campaign, form['currency'])
  parseInput(giftSchema(currency), { ...form, amount: chosenAmount(form) })
  return readChoice(currency, form)
}
