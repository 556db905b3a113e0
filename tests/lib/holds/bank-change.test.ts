import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { handleGroupChange } from '#lib/holds/handle-change.ts'
import { runHolds } from '#lib/holds/run-holds.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { toBank } from '#tests/lib/donations/aftermath.ts'
import { useWorld } from '#tests/lib/donations/world.ts'
import { plantScreening, plantVerification } from '#tests/support/plant-dossier.ts'
import {
  approveAgain,
  asideOf,
  ask,
  campaignStatus,
  expectSound,
  give,
  holdOf,
  makeHoldWorld,
  WORKER,
} from './world.ts'

const stripe = useWorld()
const ACCOUNT = {
  ...{ holderName: 'Польова кухня', bankName: 'Bank', bankCountry: 'DE', currency: 'EUR' },
  ...{ iban: 'DE89370400440532013000', accountNumber: '', bic: '', routing: '' },
}

test('another bank account holds payments like a suspension: the promise waits, no choice begins, the new approval lifts it', async () => {
  const world = await makeHoldWorld(stripe)
  const { people, groupId } = world
  await give(stripe, world, { amount: '100.00' })
  await toBank(world.fundId, 9_000n)
  const id = await ask(world, '40.00')
  await approveDisbursement(people.treasurer, { disbursementId: id, version: 1 })
  const accountId = await replaceBankAccount(people.organizer, { aidGroupId: groupId, ...ACCOUNT })
  const [job] = await db().$queryRaw<{ jobs: bigint }[]>`
    SELECT count(*) AS jobs FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
    WHERE t.identifier = 'handle-group-change' AND j.payload::jsonb ->> 'aidGroupId' = ${groupId}`
  expect(job?.jobs).toBe(1n)
  await handleGroupChange({ aidGroupId: groupId })
  await runHolds(WORKER)
  expect(await holdOf(world)).toMatchObject({ status: 'held', cause: 'in_review', pausedCampaign: true })
  expect(await asideOf(world)).toMatchObject({ quarantinedMinor: 5_000n, promisedMinor: 4_000n })
  const send = () => releaseDisbursement(people.second, { disbursementId: id, version: 2, wireReference: 'WIRE 0001' })
  await expect(send()).rejects.toThrow('It is being reviewed.')
  await plantVerification(db(), accountId, people.reviewer.userId, new Date())
  // The account's names are new and looked for on the lists before anybody approves.
  await plantScreening(db(), groupId, new Date())
  await approveAgain(groupId)
  expect((await holdOf(world)).status).toBe('cured')
  expect(await campaignStatus(world)).toBe('live')
  await expectSound()
})
