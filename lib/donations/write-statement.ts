/** What a chapter is in law, as far as a receipt tells it. */
export type LegalFacts = {
  legalName: string
  country: string
  registrationNumber: string
  /** c3 | none | giftaid | other. */
  deductibility: string
  ownSentence: string
  goodsStatement: string
}

const NO_GOODS = 'No goods or services were provided in exchange for this gift.'

/**
 * What a receipt says about tax. c3: the written acknowledgment of IRS Publication 1771, which gifts of $250 and more
 * need and smaller ones may have: organization, EIN, and whether goods or services were given; amount and date stand in
 * the receipt's lines. none in the US, as for a 501(c)(4): the express statement of section 6113. giftaid: HMRC's
 * guidance for charities. It is a statement of fact and not advice.
 */
export function writeStatement(facts: LegalFacts): string {
  const { legalName, country, registrationNumber, deductibility, ownSentence } = facts
  const goods = facts.goodsStatement || NO_GOODS
  if (deductibility === 'c3') {
    const ein = registrationNumber ? `, EIN ${registrationNumber}` : ''
    return `${legalName} is tax-exempt under section 501(c)(3) of the Internal Revenue Code${ein}. ${goods} Your gift is tax-deductible to the extent the law allows.`
  }
  if (deductibility === 'giftaid') {
    const number = registrationNumber ? ` (registered number ${registrationNumber})` : ''
    return `${legalName} is a charity${number}. If you pay UK Income Tax or Capital Gains Tax and make a Gift Aid declaration, it can claim 25p for every £1 you gave. ${goods}`
  }
  if (deductibility === 'other') return ownSentence || OTHER
  if (country === 'US') {
    return `This gift is not tax-deductible: contributions or gifts to ${legalName} are not deductible as charitable contributions for federal income tax purposes.`
  }
  return `This gift is not tax-deductible. ${legalName} is not registered as a charity.`
}

const OTHER = 'Whether you may deduct this gift depends on the law where you pay tax. Keep this receipt as proof.'

/** How much of what stayed with the chapter the law may let a donor deduct; null where the chapter's own sentence says. */
export function deductibleMinor(deductibility: string, keptMinor: bigint): bigint | null {
  if (deductibility === 'other') return null
  return deductibility === 'none' ? 0n : keptMinor
}

/** A receipt's number as it is printed: the chapter's mark, and its own count without gaps. */
export function receiptLabel(chapterSlug: string, number: number): string {
  return `${chapterSlug.toUpperCase()}-${String(number).padStart(6, '0')}`
}
