import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { publicGifts } from '#lib/donations/queries.ts'
import { readChoice } from '#lib/donations/read-choice.ts'
import { receiptByToken } from '#lib/donations/read-receipt.ts'
import { settleDonation } from '#lib/donations/settle-donation.ts'
import { newToken } from '#lib/ids.ts'
import { begin, GUEST, makeCampaign, payAt, sessionIdOf, useWorld } from './world.ts'

useWorld()

async function give(slug: string, fields: Record<string, unknown>) {
  const started = await begin(slug, fields)
  await payAt(started.checkoutUrl)
  await settleDonation(GUEST, { sessionId: sessionIdOf(started.checkoutUrl) })
  return started
}

test('the public list shows a name and an amount only where the donor chose each', async () => {
  const { campaign } = await makeCampaign()
  const named = { name: 'Ann <script>', email: 'ann@example.org' }
  await give(campaign.slug, { ...named, amount: '10' })
  await give(campaign.slug, { ...named, amount: '20', showName: 'yes' })
  await give(campaign.slug, { ...named, amount: '30', showAmount: 'yes' })
  await give(campaign.slug, { ...named, amount: '40', showName: 'yes', showAmount: 'yes' })
  await begin(campaign.slug, { ...named, amount: '50', showName: 'yes', showAmount: 'yes' })
  const gifts = await publicGifts(campaign.id, { limit: 10 })
  expect(new Set(gifts.map(({ name, amountMinor }) => `${name} ${amountMinor}`))).toEqual(
    new Set(['null null', 'Ann <script> null', 'null 3000', 'Ann <script> 4000']),
  )
  const [first, ...rest] = gifts
  expect(await publicGifts(campaign.id, { limit: 10, before: first as { settledAt: Date; id: string } })).toEqual(rest)
})

test('who gives with somebody else’s address does not rename their gifts', async () => {
  const { campaign } = await makeCampaign()
  await give(campaign.slug, { email: 'bo@example.org', name: 'Bo', showName: 'yes' })
  await give(campaign.slug, { email: 'bo@example.org', name: 'Not Bo', showName: 'yes' })
  const names = (await publicGifts(campaign.id, { limit: 10 })).map((gift) => gift.name)
  expect(names.sort()).toEqual(['Bo', 'Not Bo'])
  expect(await db().donor.findUniqueOrThrow({ where: { email: 'bo@example.org' } })).toMatchObject({ name: 'Bo' })
})

test('a receipt says what was given and what arrived, and nothing about the person', async () => {
  const { campaign } = await makeCampaign()
  const { receiptToken } = await give(campaign.slug, {
    email: 'carla@example.org',
    name: 'Carla',
    coverFee: true,
    tip: '10',
  })
  const receipt = await receiptByToken(receiptToken)
  expect(receipt).toMatchObject({
    status: 'settled',
    giftMinor: 2500n,
    tipMinor: 250n,
    purse: { rerouted: false },
    deductibility: 'c3',
  })
  expect((receipt?.fundNetMinor ?? 0n) + (receipt?.tipNetMinor ?? 0n)).toBe(receipt?.netMinor)
  expect(JSON.stringify(receipt, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(
    /carla/i,
  )
})

test('a receipt cannot be guessed or listed', async () => {
  for (const token of ['', '%', 'a', newToken(), "' OR true --", '__proto__'])
    expect(await receiptByToken(token)).toBeNull()
})

test('whatever stands in the address of the giving page, it is only a proposal', () => {
  expect(readChoice('USD', { amount: '25', coverFee: 'yes', tip: '10' }).amounts).toMatchObject({
    giftMinor: 2500n,
    tipMinor: 250n,
  })
  expect(readChoice('USD', { amount: ['25', '30'], tip: ['10'] }).amounts).toBeNull()
  expect(readChoice('USD', { amount: '-1', tip: '99', coverFee: 'maybe' }).amounts).toBeNull()
  expect(readChoice('USD', {}).amounts).toBeNull()
})
