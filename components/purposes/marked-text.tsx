import { Fragment } from 'react'
import type { Finding } from '#lib/purposes/types.ts'

type Mark = Pick<Finding, 'found' | 'at'>

/** A text with the words of the list marked in it. */
export function MarkedText({ text, findings }: { text: string; findings: readonly Mark[] }) {
  const letters = [...text]
  const parts: { at: number; text: string; marked: boolean }[] = []
  let from = 0
  for (const { at, found } of [...findings].sort((one, other) => one.at - other.at)) {
    if (at < from) continue
    const to = at + [...found].length
    parts.push({ at: from, text: letters.slice(from, at).join(''), marked: false })
    parts.push({ at, text: letters.slice(at, to).join(''), marked: true })
    from = to
  }
  parts.push({ at: from, text: letters.slice(from).join(''), marked: false })
  return (
    <span className="whitespace-pre-wrap break-words">
      {parts.map((part) => (
        <Fragment key={`${part.at} ${part.marked}`}>
          {part.marked ? (
            <mark className="bg-marigold-wash px-0.5 font-semibold text-marigold-ink">{part.text}</mark>
          ) : (
            part.text
          )}
        </Fragment>
      ))}
    </span>
  )
}
