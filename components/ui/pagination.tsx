export type PaginationProps = {
  /** What is being paged: "Donations". */
  label: string
  /** "1 to 50 of 2,000". */
  position: string
  previousHref?: string | undefined
  nextHref?: string | undefined
}

/** Previous and next as links, with the position in words. Works for offset and for cursor paging. */
export function Pagination({ label, position, previousHref, nextHref }: PaginationProps) {
  return (
    <nav aria-label={`Pages: ${label}`} className="flex min-h-11 flex-wrap items-center justify-between gap-4 text-sm">
      <span className="figures text-ink-soft">{position}</span>
      <span className="flex gap-6">
        {previousHref ? (
          <a rel="prev" href={previousHref}>
            ← Previous
          </a>
        ) : null}
        {nextHref ? (
          <a rel="next" href={nextHref}>
            Next →
          </a>
        ) : null}
      </span>
    </nav>
  )
}
