import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { type OpenPdf, openPdf, PdfProblem } from './open-pdf.ts'

/** A worker that nobody asks anything for so long is let go; the next page opens the file again. */
const IDLE_MS = 30_000
/** How far below the window a sheet is drawn before it is scrolled to. */
const NEAR = '300px'

export type PdfView = {
  page: number
  /** Times the width of the sheet. */
  zoom: number
  /** 0 until the file is open. */
  pageCount: number
  text: string
  isBusy: boolean
  /** Why there is no page, in a sentence. */
  problem: string
}

const NOTHING: PdfView = { page: 1, zoom: 1, pageCount: 0, text: '', isBusy: false, problem: '' }

export type ShowPage = (page: number, zoom: number) => void
type Sheet = RefObject<HTMLDivElement | null>

/** Draws pages of the file into the sheet: the first when it comes near the window, any other when it is asked for. */
export function usePages(href: string, name: string, sheet: Sheet): { view: PdfView; show: ShowPage } {
  const [view, setView] = useState(NOTHING)
  const file = useFile(href)
  const turn = useRef(0)
  const show = useCallback<ShowPage>(
    (page, zoom) => {
      turn.current += 1
      const mine = turn.current
      setView((old) => ({ ...old, isBusy: true, problem: '' }))
      const draw = async (pdf: OpenPdf): Promise<Partial<PdfView>> => {
        const place = sheet.current
        // The sheet itself has no width while a problem stands in its place.
        const width = place?.parentElement?.clientWidth
        if (!place || !width || mine !== turn.current) return {}
        const { canvas, text } = await pdf.drawPage(page, width * zoom)
        if (mine !== turn.current) return {}
        dress(canvas, zoom, `${name}, page ${page} of ${pdf.pageCount}`)
        place.replaceChildren(canvas)
        return { page, zoom, text, pageCount: pdf.pageCount }
      }
      void file
        .with(draw)
        .catch((error: unknown) => {
          if (error instanceof PdfProblem && !error.isFinal) return { page, problem: error.message }
          file.close()
          return { problem: error instanceof PdfProblem ? error.message : 'It cannot be shown here. Open the file.' }
        })
        .then((change) => {
          if (mine === turn.current) setView((old) => ({ ...old, ...change, isBusy: false }))
        })
    },
    [file, name, sheet],
  )
  useEffect(() => whenNear(sheet.current, () => show(1, 1)), [sheet, show])
  return { view, show }
}

type KeptFile = { with: <T>(work: (pdf: OpenPdf) => Promise<T>) => Promise<T>; close: () => void }

/** The open file: opened when it is wanted, let go when nobody wants anything of it or the page is left. */
function useFile(href: string): KeptFile {
  const [file] = useState(() => keepFile(href))
  useEffect(() => file.close, [file])
  return file
}

function keepFile(href: string): KeptFile {
  let opened: Promise<OpenPdf> | undefined
  let idle: ReturnType<typeof setTimeout> | undefined
  let working = 0
  const close = () => {
    clearTimeout(idle)
    opened?.then((pdf) => pdf.close()).catch(() => undefined)
    opened = undefined
  }
  const work: KeptFile['with'] = async (ask) => {
    clearTimeout(idle)
    working += 1
    try {
      opened ??= openPdf(href)
      return await ask(await opened)
    } finally {
      working -= 1
      if (working === 0) idle = setTimeout(close, IDLE_MS)
    }
  }
  return { with: work, close }
}

function dress(canvas: HTMLCanvasElement, zoom: number, label: string): void {
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', label)
  canvas.className = 'block h-auto max-w-none'
  canvas.style.width = `${zoom * 100}%`
}

function whenNear(place: Element | null, act: () => void): () => void {
  if (!place) return () => undefined
  const eye = new IntersectionObserver(
    (seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return
      eye.disconnect()
      act()
    },
    { rootMargin: NEAR },
  )
  eye.observe(place)
  return () => eye.disconnect()
}
