import { DateTime } from '#components/ui/date-time.tsx'
import { FileLink } from '#components/ui/file-link.tsx'
import type { Dossier } from '#lib/vetting/read-dossier.ts'
import { DOCUMENT_WORDS } from './section-words.ts'
import { languageOf } from './written-in.ts'

type DossierDocument = Dossier['documents'][number]

const FILE_KIND: Record<string, string> = {
  'application/pdf': 'PDF',
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/webp': 'WebP',
}

type Props = {
  documents: readonly DossierDocument[]
  /** In the place of documents where there are none. */
  none: string
}

/** Documents beside what they prove: pictures are shown, a PDF is a link, because it may run nothing here. */
export function DocumentList({ documents, none }: Props) {
  if (documents.length === 0)
    return <p className="self-start border border-dashed border-edge px-4 py-3 text-ink-soft">{none}</p>
  return (
    <ul className="flex flex-col gap-4">
      {documents.map((document) => (
        <li key={document.id}>
          <figure className="flex flex-col gap-2 border border-rule bg-sheet p-3">
            {document.mediaType.startsWith('image/') ? (
              <a href={`/files/${document.fileId}`} className="block bg-sunk">
                <img
                  src={`/files/${document.fileId}`}
                  alt={document.caption}
                  loading="lazy"
                  className="mx-auto block max-h-96 w-auto max-w-full object-contain"
                />
              </a>
            ) : (
              <PdfSheet />
            )}
            <figcaption className="flex flex-col gap-0.5">
              <span className="text-sm font-semibold">{DOCUMENT_WORDS[document.kind]}</span>
              <span lang={languageOf(document.caption)} className="wrap-anywhere">
                <FileLink
                  href={`/files/${document.fileId}`}
                  kind={FILE_KIND[document.mediaType] ?? 'file'}
                  byteCount={document.byteCount}
                >
                  {document.caption}
                </FileLink>
              </span>
              <span className="text-sm text-ink-soft">
                Added <DateTime at={document.addedAt} show="short" />
              </span>
            </figcaption>
          </figure>
        </li>
      ))}
    </ul>
  )
}

/** A drawn page in the place of a PDF that is not shown. */
function PdfSheet() {
  return (
    <div className="flex justify-center bg-sunk py-4">
      <svg viewBox="0 0 48 60" className="h-16 w-auto" aria-hidden="true">
        <path d="M1 1 h32 l14 14 v44 h-46 z" className="fill-sheet stroke-edge" strokeWidth="1.5" />
        <path d="M33 1 v14 h14" className="fill-none stroke-edge" strokeWidth="1.5" />
        <path d="M9 25 h30 M9 32 h30 M9 39 h30 M9 46 h18" className="fill-none stroke-rule" strokeWidth="2" />
      </svg>
    </div>
  )
}
