'use client'

import { useRef } from 'react'
import { Button } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { PAGES_MAX } from './open-pdf.ts'
import { type PdfView, type ShowPage, usePages } from './use-pages.ts'

const ZOOMS: readonly number[] = [1, 1.5, 2, 3]
/** What scrolls is reached with the keyboard, too. */
const REACHABLE = { tabIndex: 0 }

/**
 * A PDF page by page, drawn when it comes into sight. Until then, and without JavaScript, a sign stands for it; the
 * link that opens the file is the caller's.
 */
export function PdfSheet({ href, name }: { href: string; name: string }) {
  const sheet = useRef<HTMLDivElement>(null)
  const { view, show } = usePages(href, name, sheet)
  const { page, pageCount, text, isBusy, problem } = view
  const isOpen = pageCount > 0
  return (
    <div className="flex flex-col gap-2" aria-busy={isBusy}>
      {isOpen ? null : <FileSign />}
      <div
        ref={sheet}
        {...(isOpen && !problem ? REACHABLE : {})}
        className={classNames(
          isOpen && !problem && 'max-h-[85vh] overflow-auto border border-rule',
          problem && 'hidden',
        )}
      />
      <p role="status" className={classNames('text-sm', problem ? 'font-semibold text-ink' : 'text-ink-soft')}>
        {problem || (isBusy ? 'Drawing the page' : isOpen ? `Page ${page} of ${pageCount}` : '')}
      </p>
      {isOpen ? <Controls view={view} show={show} name={name} /> : null}
      {text && !problem ? <PageText text={text} /> : null}
    </div>
  )
}

type ControlsProps = { view: PdfView; show: ShowPage; name: string }

function Controls({ view: { page, zoom, pageCount }, show, name }: ControlsProps) {
  const last = Math.min(pageCount, PAGES_MAX)
  const step = ZOOMS.indexOf(zoom)
  const smaller = ZOOMS[step - 1]
  const larger = ZOOMS[step + 1]
  return (
    <fieldset aria-label={`Pages of ${name}`} className="flex flex-wrap gap-2">
      {pageCount > 1 ? (
        <>
          <Step label="Previous page" sign="‹" act={page > 1 ? () => show(page - 1, zoom) : null} />
          <Step label="Next page" sign="›" act={page < last ? () => show(page + 1, zoom) : null} />
        </>
      ) : null}
      <Step label="Smaller" sign="−" act={smaller ? () => show(page, smaller) : null} />
      <Step label="Larger" sign="+" act={larger ? () => show(page, larger) : null} />
      <Step label="Fit the width" act={zoom > 1 ? () => show(page, 1) : null} />
      {last < pageCount ? (
        <p className="w-full text-sm">Only the first {last} pages are shown here; the file has them all.</p>
      ) : null}
    </fieldset>
  )
}

type StepProps = { label: string; sign?: string; act: (() => void) | null }

/** A button that stays where it is when it can do nothing, so that the keyboard does not lose its place. */
function Step({ label, sign, act }: StepProps) {
  return (
    <Button
      variant="secondary"
      size="small"
      aria-disabled={act === null}
      aria-label={sign ? label : undefined}
      title={sign ? label : undefined}
      onClick={() => act?.()}
      className="min-w-11 aria-disabled:cursor-not-allowed aria-disabled:border-rule aria-disabled:bg-sunk aria-disabled:text-ink-soft"
    >
      {sign ?? label}
    </Button>
  )
}

function PageText({ text }: { text: string }) {
  return (
    <details>
      <summary className="text-sm">Text of this page</summary>
      <p className="text-sm text-ink-soft">
        As the file carries it, for copying and reading aloud. What counts is the page.
      </p>
      <p {...REACHABLE} className="mt-2 max-h-64 overflow-auto text-sm whitespace-pre-wrap wrap-anywhere">
        {text}
      </p>
    </details>
  )
}

/** A drawn page in the place of a PDF that is not shown. */
function FileSign() {
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
