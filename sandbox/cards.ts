/** What a test card does; the numbers and codes are Stripe's published ones. */
export interface TestCard {
  number: string
  brand: 'visa' | 'mastercard' | 'amex'
  /** The ready-made payment method that stands for it in the API. */
  token: string
  /** Another name of the same. */
  alias?: string
  label: string
  outcome: 'pays' | 'declines' | 'authenticates'
  decline?: { code: string; declineCode?: string; message: string }
  /** Funds skip the pending balance. */
  availableAtOnce?: boolean
  /** Declines charges, but can be saved. */
  canBeSaved?: boolean
  /** Asks for 3-D Secure each time, also when it was saved with it. */
  alwaysAuthenticates?: boolean
  /** What comes of a refund to it; without a word it succeeds at once. */
  refund?: 'pending' | 'fails'
  /** What its holder does after paying. */
  aftermath?: 'fraudulent' | 'product_not_received' | 'inquiry' | 'several' | 'early_warning'
}

const DECLINED = 'Your card was declined.'

export const TEST_CARDS: readonly TestCard[] = [
  { number: '4242424242424242', brand: 'visa', token: 'pm_card_visa', label: 'Pays at once', outcome: 'pays' },
  {
    number: '4000000000000002',
    brand: 'visa',
    token: 'pm_card_visa_chargeDeclined',
    alias: 'pm_card_chargeDeclined',
    label: 'Is declined',
    outcome: 'declines',
    decline: { code: 'card_declined', declineCode: 'generic_decline', message: DECLINED },
  },
  {
    number: '4000002500003155',
    brand: 'visa',
    token: 'pm_card_authenticationRequiredOnSetup',
    label: 'Asks for 3-D Secure',
    outcome: 'authenticates',
  },
  {
    number: '4000000000003220',
    brand: 'visa',
    token: 'pm_card_threeDSecure2Required',
    label: 'Asks for 3-D Secure 2',
    outcome: 'authenticates',
  },
  { number: '5555555555554444', brand: 'mastercard', token: 'pm_card_mastercard', label: 'Pays', outcome: 'pays' },
  { number: '378282246310005', brand: 'amex', token: 'pm_card_amex', label: 'Pays', outcome: 'pays' },
  {
    number: '4000000000000077',
    brand: 'visa',
    token: 'pm_card_bypassPending',
    label: 'Pays, available at once',
    outcome: 'pays',
    availableAtOnce: true,
  },
  {
    number: '4000000000009995',
    brand: 'visa',
    token: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    label: 'Has too little money',
    outcome: 'declines',
    decline: { code: 'card_declined', declineCode: 'insufficient_funds', message: 'Your card has insufficient funds.' },
  },
  {
    number: '4000000000000069',
    brand: 'visa',
    token: 'pm_card_chargeDeclinedExpiredCard',
    label: 'Has expired',
    outcome: 'declines',
    decline: { code: 'expired_card', message: 'Your card has expired.' },
  },
  {
    number: '4000000000000127',
    brand: 'visa',
    token: 'pm_card_chargeDeclinedIncorrectCvc',
    label: 'Has a wrong security code',
    outcome: 'declines',
    decline: { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  },
  {
    number: '4000000000000341',
    brand: 'visa',
    token: 'pm_card_chargeCustomerFail',
    label: 'Can be saved, then is declined',
    outcome: 'declines',
    decline: { code: 'card_declined', declineCode: 'generic_decline', message: DECLINED },
    canBeSaved: true,
  },
  {
    number: '4000002760003184',
    brand: 'visa',
    token: 'pm_card_authenticationRequired',
    label: 'Asks for 3-D Secure every time',
    outcome: 'authenticates',
    alwaysAuthenticates: true,
  },
  {
    number: '4000000000007726',
    brand: 'visa',
    token: 'pm_card_pendingRefund',
    label: 'Pays; a refund is pending first',
    outcome: 'pays',
    refund: 'pending',
  },
  {
    number: '4000000000005126',
    brand: 'visa',
    token: 'pm_card_refundFail',
    label: 'Pays; a refund fails later',
    outcome: 'pays',
    refund: 'fails',
  },
  {
    number: '4000000000000259',
    brand: 'visa',
    token: 'pm_card_createDispute',
    label: 'Pays, then disputes it as fraud',
    outcome: 'pays',
    aftermath: 'fraudulent',
  },
  {
    number: '4000000000002685',
    brand: 'visa',
    token: 'pm_card_createDisputeProductNotReceived',
    label: 'Pays, then disputes it as not received',
    outcome: 'pays',
    aftermath: 'product_not_received',
  },
  {
    number: '4000000000001976',
    brand: 'visa',
    token: 'pm_card_createDisputeInquiry',
    label: 'Pays, then its bank asks',
    outcome: 'pays',
    aftermath: 'inquiry',
  },
  {
    number: '4000000404000079',
    brand: 'visa',
    token: 'pm_card_createMultipleDisputes',
    label: 'Pays, then disputes it in two parts',
    outcome: 'pays',
    aftermath: 'several',
  },
  {
    number: '4000000000005423',
    brand: 'visa',
    token: 'pm_card_createIssuerFraudRecord',
    label: 'Pays; its bank warns of fraud early',
    outcome: 'pays',
    aftermath: 'early_warning',
  },
]

/** The cards the hosted page offers by name; the others can be typed. */
export const OFFERED_CARDS = TEST_CARDS.slice(0, 4)

/** Those a page offers that only saves a card. */
export const SAVED_CARDS = ['4242424242424242', '5555555555554444', '4000000000000341', '4000002500003155'].flatMap(
  (number) => TEST_CARDS.filter((card) => card.number === number),
)

/** Finds a card by number (spaces allowed) or by its token in the API. */
export function findCard(text: string): TestCard | undefined {
  const number = text.replace(/[\s-]/g, '')
  return TEST_CARDS.find((card) => card.number === number || card.token === text || card.alias === text)
}

/** The mark a stored method keeps of its card. */
export function fingerprintOf(card: TestCard): string {
  return `sandbox${card.number.slice(-9)}`
}

export function cardByFingerprint(fingerprint: string | null | undefined): TestCard | undefined {
  return TEST_CARDS.find((card) => fingerprintOf(card) === fingerprint)
}

/** Whether a typed number is a card number at all (Luhn). */
export function isCardNumber(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '')
  if (!/^\d{12,19}$/.test(digits)) return false
  let sum = 0
  for (const [index, character] of [...digits].toReversed().entries()) {
    const doubled = Number(character) * (index % 2 === 0 ? 1 : 2)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** `4242 4242 4242 4242` */
export function spacedNumber(card: TestCard): string {
  return card.number.replace(/(\d{4})(?=\d)/g, '$1 ')
}
