import { DateTime } from '#components/ui/date-time.tsx'
import { FileLink } from '#components/ui/file-link.tsx'
import type { EvidenceView } from '#lib/disbursements/types.ts'

const KIND: Record<string, string> = {
  'application/pdf': 'PDF',
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/webp': 'WebP',
}

/** Evidence: what it shows, on which day, and which line paid for it. */
export function EvidenceList({ evidence }: { evidence: readonly EvidenceView[] }) {
  return (
    <ul className="flex flex-col border-t border-rule">
      {evidence.map((item) => (
        <li key={item.id} className="flex flex-col gap-0.5 border-b border-rule py-2">
          <p className="wrap-anywhere">
            <FileLink href={`/files/${item.fileId}`} kind={KIND[item.mediaType] ?? 'file'} byteCount={item.byteCount}>
              {item.caption}
            </FileLink>
          </p>
          <p className="text-sm text-ink-soft">
            <DateTime at={item.takenOn} />
            {item.linePosition === null ? ', for all lines' : `, for line ${item.linePosition}`}
          </p>
        </li>
      ))}
    </ul>
  )
}
