/**
 * What a receipt says about tax, by the chapter's `deductibility`. The wording for c3 follows IRS Publication 1771
 * (written acknowledgment), for giftaid HMRC's guidance; it is a statement of fact and not advice.
 */
export function deductibilitySentence(deductibility: string, legalName: string): string {
  if (deductibility === 'c3') {
    return `${legalName} is a 501(c)(3) organization. No goods or services were provided in exchange for this gift; it is tax-deductible to the extent the law allows.`
  }
  if (deductibility === 'giftaid') {
    return `${legalName} is a charity that may claim Gift Aid. If you pay UK tax and make a Gift Aid declaration, it can claim 25p for every £1 of this gift.`
  }
  if (deductibility === 'other') {
    return 'Whether you may deduct this gift depends on the law where you pay tax. Keep this receipt as proof.'
  }
  return 'This gift is not tax-deductible.'
}
