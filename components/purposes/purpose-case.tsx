import { DateTime } from '#components/ui/date-time.tsx'
import type { PurposeCase as Case } from '#lib/purposes/types.ts'
import { MarkedText } from './marked-text.tsx'

/** The texts of a disbursement that hold words of the list, or all of them, with the words marked and what they are. */
export function PurposeCase({ found, whole = false }: { found: Case; whole?: boolean }) {
  return (
    <ul className="flex flex-col gap-2">
      {found.texts.map((text, position) => {
        const findings = found.findings.filter((finding) => finding.text === position)
        if (findings.length === 0 && !whole) return null
        const kinds = [...new Set(findings.map(({ category }) => category))]
        return (
          <li key={`${position} ${text}`}>
            <span className="text-ink-soft">{position === 0 ? 'Purpose' : `Line ${position}`}: </span>
            <MarkedText text={text} findings={findings} />
            {kinds.length > 0 ? <span className="text-ink-soft"> ({kinds.join(', ')})</span> : null}
          </li>
        )
      })}
    </ul>
  )
}

/** What somebody decided about it. */
export function PurposeVerdict({ review }: { review: NonNullable<Case['review']> }) {
  return (
    <p>
      <strong>{review.verdict === 'allowed' ? 'Allowed' : 'Not allowed'}</strong> by {review.by} on{' '}
      <DateTime at={review.at} show="minute" />, about {review.words.map((word) => `“${word}”`).join(', ')}:{' '}
      {review.reason}
    </p>
  )
}
