import { DateTime } from '#components/ui/date-time.tsx'
import { FileLink } from '#components/ui/file-link.tsx'
import type { Dossier } from '#lib/vetting/read-dossier.ts'
import { PdfSheet } from './pdf-sheet.tsx'
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

/** Documents beside what they prove: pictures and the pages of PDFs, each with the link that opens the file. */
export function DocumentList({ documents, none }: Props) {
  if (documents.length === 0)
    return <p className="self-start border border-dashed border-edge px-4 py-3 text-ink-soft">{none}</p>
  return (
    <ul className="flex max-w-xl flex-col gap-4">
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
              <PdfSheet href={`/files/${document.fileId}`} name={document.caption || DOCUMENT_WORDS[document.kind]} />
            )}
            <figcaption className="flex flex-col gap-0.5">
              <span className="text-sm font-semibold">{DOCUMENT_WORDS[document.kind]}</span>
              <span lang={languageOf(document.caption)} className="wrap-anywhere">
                <FileLink
                  href={`/files/${document.fileId}`}
                  kind={FILE_KIND[document.mediaType] ?? 'file'}
                  byteCount={document.byteCount}
                >
                  {document.caption || 'Open the file'}
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
