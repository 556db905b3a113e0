/** The mark: a purse whose opening is the purse line, with its first cents spent. */
function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 28 28" aria-hidden="true" className="flex-none">
      <path d="M5 10.5 Q2 24.5 8.5 25.5 H19.5 Q26 24.5 23 10.5 Z" className="fill-green" />
      <path d="M9 7 Q14 -1 19 7" className="fill-none stroke-green" strokeWidth="2.4" />
      <rect x="3" y="7" width="22" height="5" className="fill-paper stroke-green" strokeWidth="1.6" />
      <rect x="3.8" y="7.8" width="11" height="3.4" className="fill-marigold" />
    </svg>
  )
}

/** Mark and name, as a link home. */
export function Wordmark() {
  return (
    <a href="/" className="flex items-center gap-2 font-serif text-lg font-semibold text-ink no-underline">
      <Mark />
      Common Purse
    </a>
  )
}
