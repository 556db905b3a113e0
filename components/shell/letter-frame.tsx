import { Wordmark } from './wordmark.tsx'

export type LetterWords = { purpose: string; source: string }

/** The head of a page in another language than the site's: only the name, since the rest of the site is in English. */
export function LetterHeader() {
  return (
    <header className="border-b border-rule bg-sheet print:hidden">
      <div className="mx-auto flex min-h-14 max-w-page items-center px-4 py-2 sm:px-6">
        <Wordmark />
      </div>
    </header>
  )
}

/** Its foot: what this is, and the source code, as the licence asks. */
export function LetterFooter({ words, sourceUrl }: { words: LetterWords; sourceUrl: string }) {
  return (
    <footer className="mt-16 border-t-2 border-ink bg-sunk print:hidden">
      <div className="mx-auto flex max-w-page flex-wrap justify-between gap-x-8 gap-y-2 px-4 py-6 text-sm sm:px-6">
        <p className="max-w-prose">{words.purpose}</p>
        <a href={sourceUrl} className="inline-flex min-h-8 items-center">
          {words.source}
        </a>
      </div>
    </footer>
  )
}
