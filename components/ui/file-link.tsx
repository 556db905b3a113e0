const UNITS = ['bytes', 'kB', 'MB', 'GB']

export type FileLinkProps = {
  href: string
  /** What the file is, in words: "Wire confirmation". */
  children: string
  /** Size in bytes, if it is known. */
  byteCount?: number
  /** "PDF", "CSV", "JPEG". */
  kind: string
}

/** A link to a file, which says its kind and size before somebody on a thin line opens it. */
export function FileLink({ href, children, byteCount, kind }: FileLinkProps) {
  return (
    <a href={href}>
      {children}
      <span className="figures text-ink-soft">
        {' '}
        ({kind}
        {byteCount === undefined ? null : `, ${formatSize(byteCount)}`})
      </span>
    </a>
  )
}

function formatSize(byteCount: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, byteCount)) / 3))
  const size = byteCount / 1000 ** power
  return `${power === 0 || size >= 10 ? Math.round(size) : size.toFixed(1)} ${UNITS[power]}`
}
