import { createHash } from 'node:crypto'
import type { NumberedLine, ParsedLine } from './types.ts'

/**
 * Gives each line what makes it the same line in whatever file it comes again: the bank's own reference where there is
 * one, else everything the bank wrote, and which of equal lines of that day it is. Two coffees on one day are two lines,
 * and the same two in an overlapping statement.
 */
export function numberLines(lines: readonly ParsedLine[]): NumberedLine[] {
  const seen = new Map<string, number>()
  return lines.map((line, index) => {
    const digest = digestOf(line)
    const occurrence = (seen.get(digest) ?? 0) + 1
    seen.set(digest, occurrence)
    return { ...line, position: index + 1, identity: `${digest}:${occurrence}` }
  })
}

/** The same line as one more of its kind: where the bank proves that it is no repetition. */
export function numberAgain(line: NumberedLine, taken: ReadonlySet<string>): NumberedLine {
  const [digest = ''] = line.identity.split(':')
  let occurrence = Number(line.identity.split(':')[1] ?? '1')
  while (taken.has(`${digest}:${occurrence}`)) occurrence += 1
  return { ...line, identity: `${digest}:${occurrence}` }
}

function digestOf(line: ParsedLine): string {
  const { bookedOn, amountMinor, currency, bankReference } = line
  // Some banks use one reference for a whole batch, so day and amount belong to it.
  const own =
    bankReference === null ? [line.valuedOn, line.counterparty, line.remittance, line.reference] : [bankReference]
  const words = own.map((part) => (part ?? '').replace(/\s+/g, ' ').trim())
  return createHash('sha256')
    .update(
      JSON.stringify([
        bankReference === null ? 'text' : 'reference',
        bookedOn,
        String(amountMinor),
        currency,
        ...words,
      ]),
    )
    .digest('hex')
    .slice(0, 32)
}
