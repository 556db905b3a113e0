import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { listOfflineGifts } from '#lib/donations/list-offline-gifts.ts'
import { publicGifts } from '#lib/donations/queries.ts'
import { recordOfflineGift } from '#lib/donations/record-offline-gift.ts'
import { reverseOfflineGift } from '#lib/donations/reverse-offline-gift.ts'
import { newId } from '#lib/ids.ts'
import { campaignFigures } from '#lib/reports/queries.ts'
import { makeWorld } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'
import { giveOffline, makeBank, refusal } from './fixture.ts'

const database = useDatabase()

test('an offline gift is in the books at once, in the list and in the totals', async () => {
  const bank = await makeBank({ use: 'other' })
  const id = await giveOffline(bank, {
    amount: '1,000.50',
    name: 'Old Wool Shop',
    showName: 'yes',
    reference: 'No. 4711',
  })
  expect(await publicGifts(bank.campaign.id, { limit: 5 })).toMatchObject([
    { id, name: 'Old Wool Shop', amountMinor: 100_050n },
  ])
  expect(await campaignFigures(bank.campaign.id)).toMatchObject({
    raisedMinor: 100_050n,
    donorCount: 1,
    leftMinor: 100_050n,
  })
  expect(await listOfflineGifts(bank.treasurer)).toMatchObject([
    { id, state: 'undeposited', method: 'cheque', reference: 'No. 4711' },
  ])
  expect(await listOfflineGifts(bank.auditor)).toHaveLength(1)
  expect(await listOfflineGifts(bank.organizer)).toEqual([])
})

test('somebody without an address gives as somebody of their own, and no mail is waited for', async () => {
  const bank = await makeBank({ use: 'other' })
  const ids = [await giveOffline(bank), await giveOffline(bank)]
  const gifts = await db().donation.findMany({ where: { id: { in: ids } }, include: { donor: true } })
  expect(gifts.map(({ donor }) => donor.email)).toEqual([null, null])
  expect(new Set(gifts.map(({ donorId }) => donorId)).size).toBe(2)
  const jobs = () =>
    db().$queryRaw<
      { n: bigint }[]
    >`SELECT count(*) AS n FROM graphile_worker.jobs WHERE task_identifier = 'mail-receipt'`
  const [before] = await jobs()
  await giveOffline(bank, { email: 'wool@donors.example', name: 'Wool' })
  const [after] = await jobs()
  expect((after?.n ?? 0n) - (before?.n ?? 0n)).toBe(1n)
})

test('the same form twice is one gift', async () => {
  const bank = await makeBank({ use: 'other' })
  const submissionKey = newId().replaceAll('-', '')
  const ids = await Promise.all([1, 2, 3].map(() => giveOffline(bank, { submissionKey })))
  expect(new Set(ids).size).toBe(1)
})

test.each([
  [{ amount: '0' }, 'amount'],
  [{ amount: '-5' }, 'amount'],
  [{ amount: '4.999' }, 'amount'],
  [{ receivedOn: '2999-01-01' }, 'receivedOn'],
  [{ receivedOn: '2026-02-30' }, 'receivedOn'],
  [{ method: 'gold' }, 'method'],
  [{ email: 'nobody' }, 'email'],
  [{ showName: 'yes' }, 'name'],
  [{ name: 'a\u202eb' }, 'name'],
])('%o is refused at its field', async (fields, field) => {
  const bank = await makeBank({ use: 'other' })
  expect((await refusal(giveOffline(bank, fields))).fields).toHaveProperty([field])
})

test('without a campaign every other wrong field is named as well', async () => {
  const bank = await makeBank({ use: 'other' })
  const typed = {
    campaignId: '',
    submissionKey: 'x'.repeat(20),
    amount: '1e21',
    receivedOn: '',
    email: 'nobody',
    showName: '',
  }
  const { fields } = await refusal(recordOfflineGift(bank.treasurer, typed))
  expect(Object.keys(fields).sort()).toEqual(['amount', 'campaignId', 'email', 'method', 'receivedOn'])
  const rest = { ...typed, amount: '4.999', method: 'cash', receivedOn: '2026-01-01', email: '' }
  expect(Object.keys((await refusal(recordOfflineGift(bank.treasurer, rest))).fields)).toEqual(['campaignId'])
})

test('a gift entered by mistake is taken back by its mirror, once, and leaves list and totals', async () => {
  const bank = await makeBank({ use: 'other' })
  const id = await giveOffline(bank, { amount: '30.00' })
  await reverseOfflineGift(bank.treasurer, { donationId: id, reason: 'Entered twice' })
  await reverseOfflineGift(bank.treasurer, { donationId: id, reason: 'Entered twice' })
  expect(await publicGifts(bank.campaign.id, { limit: 5 })).toEqual([])
  expect(await campaignFigures(bank.campaign.id)).toMatchObject({ raisedMinor: 0n, donorCount: 0, leftMinor: 0n })
  expect(await listOfflineGifts(bank.treasurer)).toMatchObject([{ id, state: 'corrected' }])
  expect(await db().$queryRaw`SELECT * FROM ledger.verify()`).toEqual([])
})

test('only treasurers of the chapter enter and take back', async () => {
  const bank = await makeBank({ use: 'other' })
  const id = await giveOffline(bank)
  const stranger = (await makeWorld({ bankMinor: 0n })).approver
  for (const actor of [stranger, bank.organizer, bank.auditor]) {
    expect((await refusal(giveOffline({ ...bank, treasurer: actor }))).code).toBe('not_found')
    expect((await refusal(reverseOfflineGift(actor, { donationId: id, reason: 'x' }))).code).toBe('not_found')
  }
  const guest = { kind: 'guest' } as const
  expect(
    (await refusal(recordOfflineGift(guest, { campaignId: bank.campaign.id, submissionKey: 'x'.repeat(20) }))).code,
  ).toBe('not_signed_in')
})

test('no program marks a gift as deposited or corrected that the ledger did not', async () => {
  const bank = await makeBank({ use: 'other' })
  const id = await giveOffline(bank)
  const app = await database.asApp()
  for (const column of ['deposit_entry_id', 'reversal_entry_id']) {
    await expect(app.query(`UPDATE donation SET ${column} = entry_id WHERE id = $1`, [id])).rejects.toThrow(
      /the ledger did not/,
    )
  }
  await expect(app.query(`UPDATE donation SET offline_method = 'cash' WHERE id = $1`, [id])).rejects.toThrow(
    /stays as it was entered/,
  )
})
