import { expect, test } from 'vitest'
import { judgeBooks } from '#lib/reconciliation/judge-books.ts'
import type { BankFigures, StripeFigures, StripeItem } from '#lib/reconciliation/types.ts'

const AT = new Date('2026-03-08T06:00:00Z')
const LISTED = { unlistedMinor: 0n, unlistedPayouts: 0, unlistedSince: null }
const STRIPE: StripeFigures[] = [
  { currency: 'USD', stripeMinor: 500n, ledgerMinor: 500n, inTransitMinor: 0n, ...LISTED },
]

const day = (text: string) => new Date(`${text}T00:00:00Z`)

/** An account whose last statement says what the ledger says. */
function bank(fields: Partial<BankFigures>): BankFigures {
  return {
    ...{ bankAccountId: 'a', name: 'Main', numberMasked: '…1', currency: 'USD', chapterId: 'c', ledgerMinor: 900n },
    ...{ closingMinor: 900n, closingOn: day('2026-03-06'), writtenUntil: day('2026-03-06') },
    ...{ openLines: 0, openLinesMinor: 0n, openMovements: 0 },
    ...{ openMovementsMinor: 0n, laterMovements: 0, laterMovementsMinor: 0n, laterPayoutAt: null },
    ...{ broughtForwardMinor: 0n, explainedMinor: 0n },
    ...fields,
  }
}

/** What the ledger did after the last statement. */
function later(count: number, laterPayoutAt: Date | null): Partial<BankFigures> {
  const minor = 100n * BigInt(count)
  return {
    ...{ ledgerMinor: 900n + minor, openMovements: count, openMovementsMinor: minor },
    ...{ laterMovements: count, laterMovementsMinor: minor, laterPayoutAt },
  }
}

function line(amountMinor: bigint): StripeItem {
  return { id: `txn_${amountMinor}`, what: 'transaction', label: 'adjustment', amountMinor, currency: 'USD', at: AT }
}

const judge = (fields: Partial<BankFigures>, items: StripeItem[] = []) => judgeBooks(STRIPE, [bank(fields)], items, AT)

test('the line says until when each bank has written', () => {
  const sentence = 'Stripe = ledger = bank, 0.00 apart. Main: last statement of 6 March.'
  expect(judge({})).toEqual({ isZero: true, sentence })
  expect(judge({ closingOn: day('2025-12-31') }).sentence).toContain('Main: last statement of 31 December 2025.')
})

test('a statement of more than 35 days ago is no zero once the books went on', () => {
  expect(judge({ closingOn: day('2026-01-31') })).toMatchObject({ isZero: true })
  expect(judge({ closingOn: day('2026-02-02'), ...later(2, null) })).toMatchObject({ isZero: true })
  expect(judge({ closingOn: day('2026-01-31'), ...later(2, null) })).toEqual({
    isZero: false,
    sentence:
      'Stripe = ledger = bank, 0.00 apart. Main: last statement of 31 January. Main needs its next statement: 2 entries since that day.',
  })
})

test('a payout that no bank line shows after ten days is no zero, also before the first statement', () => {
  expect(judge({ closingOn: day('2026-02-20'), ...later(1, day('2026-02-27')) })).toMatchObject({ isZero: true })
  expect(judge({ closingOn: day('2026-02-20'), ...later(1, day('2026-02-25')) })).toMatchObject({
    isZero: false,
    sentence: expect.stringContaining('Main: no statement has the payout of 25 February yet.'),
  })
  const unknown = { closingMinor: null, closingOn: null, writtenUntil: null }
  expect(judge({ ...unknown, ...later(1, day('2026-02-27')) })).toMatchObject({ isZero: true })
  expect(judge({ ...unknown, ...later(1, day('2026-02-25')) })).toMatchObject({ isZero: false })
})

test('account lines that cancel each other out are no zero while they are in no book', () => {
  expect(judge({}, [line(500n), line(-500n)])).toEqual({
    isZero: false,
    sentence:
      'Stripe = ledger = bank, 0.00 apart. Main: last statement of 6 March. 2 of Stripe’s account lines are not in our books yet.',
  })
})

test('before any bank account is known the line speaks of Stripe and the ledger alone', () => {
  const sentence = 'Stripe = ledger, 0.00 apart. No bank account is known yet.'
  expect(judgeBooks(STRIPE, [], [], AT)).toEqual({ isZero: true, sentence })
})

test('lines of a statement without balances are no zero until each is matched, and neither are the entries of its days', () => {
  const plain = { closingMinor: null, closingOn: null }
  const sentence = 'Main has no statement with balances yet.'
  expect(judge(plain)).toEqual({ isZero: true, sentence: `Stripe = ledger, 0.00 apart. ${sentence}` })
  expect(judge({ ...plain, openLines: 3, openLinesMinor: 50n })).toEqual({
    isZero: false,
    sentence: `Main: 3 lines not matched. ${sentence}`,
  })
  expect(judge({ ...plain, ...later(2, null), openLines: 1, laterMovements: 1 })).toEqual({
    isZero: false,
    sentence: `Main: 1 line and 1 entry not matched. ${sentence}`,
  })
  expect(judge({ ...plain, ...later(2, null) })).toMatchObject({ isZero: true })
  expect(judge({ ...plain, ...later(2, null), writtenUntil: day('2026-01-31') })).toMatchObject({
    isZero: false,
    sentence: expect.stringContaining('Main needs its next statement: 2 entries since that day.'),
  })
})

test('payouts whose list is not complete are on their way, no difference, and no zero after ten days', () => {
  const sent = (unlistedPayouts: number, unlistedSince: Date, stripeMinor = 100n) =>
    judgeBooks([{ ...STRIPE[0]!, stripeMinor, unlistedMinor: 400n, unlistedPayouts, unlistedSince }], [], [], AT)
  expect(sent(1, day('2026-03-07'))).toEqual({
    isZero: true,
    sentence:
      'Stripe = ledger, 0.00 apart. 1 payout of $4.00 is on its way; its list is not complete yet. No bank account is known yet.',
  })
  expect(sent(2, day('2026-03-07')).sentence).toContain(
    '2 payouts of $4.00 in all are on their way; their lists are not complete yet.',
  )
  expect(sent(1, day('2026-02-25'))).toMatchObject({
    isZero: false,
    sentence: expect.stringContaining('Stripe has not completed the list of the payout of 25 February for 10 days.'),
  })
  expect(sent(1, day('2026-03-07'), 99n)).toMatchObject({
    isZero: false,
    sentence: expect.stringContaining('Stripe has $0.01 less than the ledger: no account line explains it'),
  })
})
