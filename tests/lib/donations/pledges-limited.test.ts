import { expect, test } from 'vitest'
import { hashTrace } from '#lib/auth/read-sender.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { GIVER_LIMITS } from '#lib/donations/check-limits.ts'
import { startCardChange } from '#lib/donations/replace-card.ts'
import { restorePledge } from '#lib/donations/restore-pledge.ts'
import { newId, newToken } from '#lib/ids.ts'
import { beginPledge, usePledgeWorld } from './pledge-world.ts'
import { GUEST } from './world.ts'

const world = usePledgeWorld()
const FROM_HERE = { sender: '203.0.113.7', proof: null, turnstile: null }

async function decline(email: string, campaignId: string): Promise<void> {
  const [, most] = GIVER_LIMITS.declinedByEmailHour
  const shared = { kind: 'declined', emailKey: hashTrace('email', email), campaignId, senderKey: null, at: now() }
  await db().cardTry.createMany({ data: Array.from({ length: most }, () => ({ id: newId(), ...shared })) })
}

const tries = (email: string) => db().cardTry.count({ where: { emailKey: hashTrace('email', email), kind: 'begun' } })

test('a page for another card of a pledge is one counted try, however often its button is pressed', async () => {
  const { token, email } = await beginPledge(world)
  const before = await tries(email)
  const submissionKey = newToken()
  const press = () => startCardChange(GUEST, { token, submissionKey }, FROM_HERE)
  const pages = [await press(), await press()]
  expect(pages[0]?.checkoutUrl).toBe(pages[1]?.checkoutUrl)
  expect((await tries(email)) - before).toBe(1)
  await startCardChange(GUEST, { token, submissionKey: newToken() }, FROM_HERE)
  expect((await tries(email)) - before).toBe(2)
}, 120_000)

test('where too many cards were declined, no page for another card is made, and no lapsed pledge goes on', async () => {
  const { pledgeId, token, email, campaign } = await beginPledge(world)
  await decline(email, campaign.id)
  const change = startCardChange(GUEST, { token, submissionKey: newToken() }, FROM_HERE)
  await expect(change).rejects.toMatchObject({ code: 'rate_limited' })
  await db().pledge.update({ where: { id: pledgeId }, data: { status: 'lapsed', subscriptionId: null } })
  await expect(restorePledge(GUEST, { token }, FROM_HERE)).rejects.toMatchObject({ code: 'rate_limited' })
  const operation = { startsWith: 'checkout.session.create' }
  expect(await db().stripeCall.count({ where: { subjectId: pledgeId, operation } })).toBe(1)
}, 120_000)
