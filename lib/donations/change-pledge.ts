import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { changeAmounts, fetchSubscription } from '#lib/stripe/subscription.ts'
import { openPledge } from './open-pledge.ts'
import { lineNames } from './open-pledge-checkout.ts'
import { amountsOf } from './policy.ts'
import { recordCall } from './record-call.ts'
import { chosenAmount, giftSchema } from './schema.ts'
import { syncPledge } from './sync-pledge.ts'

/**
 * Gives a monthly pledge another amount, covered fee or tip, from its next charge on: nothing is charged or given back
 * now, and a charge that Stripe is about to try again keeps its old amount. The same amounts again change nothing.
 * Throws `invalid_input`, `not_found`, `wrong_state`, `payment_provider`.
 */
export async function changePledge(
  actor: Actor,
  input: { token: string; amount?: unknown; preset?: unknown } & Record<string, unknown>,
): Promise<void> {
  const pledge = await openPledge(input.token)
  const { id: pledgeId, subscriptionId, currency, status, version, campaign } = pledge
  const asked = parseInput(giftSchema(currency), { ...input, amount: chosenAmount(input) })
  if (subscriptionId === null || pledge.endReason !== null || !['active', 'past_due', 'paused'].includes(status)) {
    throw new AppError('wrong_state', 'This pledge has ended, so its amount cannot be changed.')
  }
  const { chapter } = await db().campaign.findUniqueOrThrow({
    where: { id: pledge.campaignId },
    select: { chapter: { select: { currency: true } } },
  })
  const tipPercent = chapter.currency === currency ? asked.tipPercent : 0n
  const { giftMinor, coverMinor, tipMinor } = amountsOf({ ...asked, tipPercent, currency })
  const isSame = giftMinor === pledge.amountMinor && coverMinor === pledge.coverMinor && tipMinor === pledge.tipMinor
  const subscription = isSame ? null : await fetchSubscription(subscriptionId)
  if (subscription) {
    const digest = [giftMinor, coverMinor, tipMinor].join('-')
    const wanted = { amounts: { gift: giftMinor, cover: coverMinor, tip: tipMinor }, names: lineNames(campaign.title) }
    const intent = {
      idempotencyKey: `amount:${pledgeId}:${version}:${digest}`,
      ...{ operation: 'subscription.amounts', subjectId: pledgeId, request: { subscriptionId, amounts: digest } },
    }
    await recordCall(intent, (key, madeSince) => changeAmounts(subscription, { ...wanted, madeSince }, key))
  }
  await syncPledge(actor, { subscriptionId })
}
