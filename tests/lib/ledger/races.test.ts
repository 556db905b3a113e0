import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { cancelEncumbrance } from '#lib/ledger/cancel-encumbrance.ts'
import { encumberFund } from '#lib/ledger/encumber-fund.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { postGift } from '#lib/ledger/post-gift.ts'
import { postGifts } from '#lib/ledger/post-gifts.ts'
import { postRefund } from '#lib/ledger/post-refund.ts'
import { balancesByRole, fundHeadroom } from '#lib/ledger/queries.ts'
import { releaseEncumbrance } from '#lib/ledger/release-encumbrance.ts'
import { returnWire } from '#lib/ledger/return-wire.ts'
import { transferBetweenFunds } from '#lib/ledger/transfer-between-funds.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { useDatabase } from '#tests/support/database.ts'
import { bank, centsLeft, type Funds, give, openFunds, posting, refusal } from './fixture.ts'

useDatabase()

let funds: Funds
beforeEach(async () => {
  funds = await openFunds()
})

const times = <T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => call(index)))

test('a hundred decisions racing for one balance never promise more than there is', async () => {
  await give(funds.campaign, 1_000n)
  await bank(funds.campaign, 1_000n)
  const outcomes = await times(100, () =>
    refusal(encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor: 30n })),
  )
  expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(33)
  expect(outcomes.filter((outcome) => outcome === 'insufficient_funds')).toHaveLength(67)
  expect((await fundHeadroom(db(), funds.campaign)).headroomMinor).toBe(10n)
})

test('refunds, releases and transfers racing for one balance never spend a cent twice', async () => {
  const gifts = await times(20, () => give(funds.campaign, 100n))
  await bank(funds.campaign, 2_000n)
  await times(60, (index) => {
    const giftEntryId = gifts[index % 20]!
    if (index % 3 === 0)
      return refusal(postRefund(db(), { ...posting(), fundId: funds.campaign, giftEntryId, amountMinor: 70n }))
    const move = { fromFundId: funds.campaign, toFundId: funds.general, amountMinor: 90n, role: 'bank' } as const
    if (index % 3 === 1) return refusal(transferBetweenFunds(db(), { ...posting(), ...move }))
    return refusal(
      inTransaction(async (tx) => {
        const promise = await encumberFund(tx, { ...posting(), fundId: funds.campaign, amountMinor: 80n })
        const lines = [{ lineId: randomUUID(), amountMinor: 80n }]
        const wire = { encumbranceEntryId: promise.entryId, bankExternalId: 'main', transferFeeMinor: 1n, lines }
        await releaseEncumbrance(tx, { ...posting(), ...wire })
      }),
    )
  })
  expect((await fundHeadroom(db(), funds.campaign)).headroomMinor).toBeGreaterThanOrEqual(0n)
  expect(await verifyLedger(db())).toEqual([])
})

test('gifts racing with folds lose nothing', async () => {
  let folding = true
  const folder = (async () => {
    let lots = 0n
    while (folding) lots += await foldFund(db(), funds.campaign)
    return lots
  })()
  await times<unknown>(400, (index) =>
    index % 10 === 0
      ? postGifts(
          db(),
          Array.from({ length: 5 }, () => ({
            ...posting(),
            fundId: funds.campaign,
            giftMinor: 100n,
            coverMinor: 0n,
            feeMinor: 3n,
          })),
        )
      : give(funds.campaign, 100n, 3n),
  )
  folding = false
  const lots = (await folder) + (await foldFund(db(), funds.campaign))
  expect(lots).toBe(560n)
  expect(await centsLeft(funds.campaign)).toBe(560n * 97n)
  expect((await fundHeadroom(db(), funds.campaign)).stripePendingMinor).toBe(560n * 97n)
  expect(await verifyLedger(db())).toEqual([])
})

test('a gift that commits late is not passed by a fold that ran meanwhile', async () => {
  let commit = () => {}
  const held = new Promise<void>((done) => {
    commit = done
  })
  let posted = () => {}
  const drawn = new Promise<void>((done) => {
    posted = done
  })
  const gift = { ...posting(), fundId: funds.campaign, giftMinor: 100n, coverMinor: 0n, feeMinor: 0n }
  const slow = db().$transaction(async (tx) => {
    await postGift(tx, gift)
    posted()
    await held
  })
  await drawn
  const fold = foldFund(db(), funds.campaign)
  // The fold's barrier waits for the gift above, and gifts behind the barrier wait for the fold.
  const quick = give(funds.campaign, 50n)
  commit()
  await slow
  await fold
  await quick
  await foldFund(db(), funds.campaign)
  expect(await centsLeft(funds.campaign)).toBe(150n)
})

test('the same key fifty times at once is one entry', async () => {
  const gift = { ...posting(), fundId: funds.campaign, giftMinor: 100n, coverMinor: 0n, feeMinor: 3n }
  const gifts = await times(50, () => postGift(db(), gift))
  expect(new Set(gifts.map((posted) => posted.entryId)).size).toBe(1)
  expect(gifts.filter((posted) => !posted.replayed)).toHaveLength(1)

  await bank(funds.campaign, 97n)
  const promise = { ...posting(), fundId: funds.campaign, amountMinor: 97n }
  const promises = await times(50, () => encumberFund(db(), promise))
  expect(new Set(promises.map((posted) => posted.entryId)).size).toBe(1)
  expect(promises.filter((posted) => !posted.replayed)).toHaveLength(1)
})

test('the same key at once with different contents is one entry and errors', async () => {
  const about = posting()
  const outcomes = await times(20, (index) =>
    refusal(
      postGift(db(), {
        ...about,
        fundId: funds.campaign,
        giftMinor: 100n + BigInt(index),
        coverMinor: 0n,
        feeMinor: 3n,
      }),
    ),
  )
  expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'idempotency_mismatch')).toHaveLength(19)
})

test('a promise raced for by releases and cancellations ends once', async () => {
  await give(funds.campaign, 1_000n)
  await bank(funds.campaign, 1_000n)
  const { entryId: encumbranceEntryId } = await encumberFund(db(), {
    ...posting(),
    fundId: funds.campaign,
    amountMinor: 400n,
  })
  const lines = [{ lineId: randomUUID(), amountMinor: 400n }]
  const outcomes = await times(20, (index) =>
    index % 2 === 0
      ? refusal(cancelEncumbrance(db(), { ...posting(), encumbranceEntryId }))
      : refusal(
          releaseEncumbrance(db(), {
            ...posting(),
            encumbranceEntryId,
            bankExternalId: 'main',
            transferFeeMinor: 0n,
            lines,
          }),
        ),
  )
  expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'wrong_state')).toHaveLength(19)
})

test('a wire comes back once, however many say so at once', async () => {
  await give(funds.campaign, 1_000n)
  await bank(funds.campaign, 1_000n)
  const { entryId } = await encumberFund(db(), { ...posting(), fundId: funds.campaign, amountMinor: 400n })
  const lines = [{ lineId: randomUUID(), amountMinor: 400n }]
  const wire = { encumbranceEntryId: entryId, bankExternalId: 'main', transferFeeMinor: 0n, lines }
  const release = await releaseEncumbrance(db(), { ...posting(), ...wire })
  const outcomes = await times(20, () => refusal(returnWire(db(), { ...posting(), releaseEntryId: release.entryId })))
  expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(1)
  expect(await centsLeft(funds.campaign)).toBe(1_000n)
})

test('transfers in both directions at once do not deadlock', async () => {
  for (const fundId of [funds.campaign, funds.general]) {
    await give(fundId, 1_000n)
    await bank(fundId, 1_000n)
  }
  const outcomes = await times(60, (index) => {
    const [fromFundId, toFundId] = index % 2 === 0 ? [funds.campaign, funds.general] : [funds.general, funds.campaign]
    return refusal(transferBetweenFunds(db(), { ...posting(), fromFundId, toFundId, amountMinor: 10n, role: 'bank' }))
  })
  expect(new Set(outcomes)).toEqual(new Set(['not refused']))
  const balances = await balancesByRole(db(), [funds.campaign, funds.general])
  expect(balances.filter((row) => row.role === 'interfund').map((row) => row.amountMinor)).toEqual([0n, 0n])
})
