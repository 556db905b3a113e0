/** What receipts may say about tax, as an administrator chooses it. */
export const DEDUCTIBILITY = [
  { value: 'none', label: 'Gifts are not tax deductible' },
  { value: 'c3', label: 'US 501(c)(3): deductible as the law allows' },
  { value: 'giftaid', label: 'UK charity: Gift Aid can be claimed' },
  { value: 'other', label: 'Something else: a sentence of our own' },
]
