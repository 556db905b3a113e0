import { formatMoney } from '#lib/money/format.ts'
import { AID_CATEGORY_LABEL } from './aid-category.ts'
import type { PlacedSegment } from './purse-segments.ts'

/** A segment in one line: what it is, how much, what for. */
export function segmentName(segment: PlacedSegment, currency: string): string {
  const spent = segment.isOther ? 'used' : 'sent'
  const word = { spent, promised: 'promised', left: 'left' }[segment.state]
  const money = formatMoney(segment.amountMinor, currency)
  const category = segment.category && AID_CATEGORY_LABEL[segment.category]
  return [`${money} ${word}`, segment.label ?? category].filter(Boolean).join(': ')
}
