import type { PDFDocumentProxy, PDFPageProxy, RenderTask } from 'pdfjs-dist'

/** Nobody turns more pages here; those behind them are reached by opening the file. */
export const PAGES_MAX = 300
const BYTES_MAX = 11 * 1024 * 1024
/** As for pictures that are uploaded: more is a bomb. */
const IMAGE_PIXELS_MAX = 50_000_000
const IMAGE_BYTES_MAX = 64 * 1024 * 1024
const CANVAS_PIXELS_MAX = 8_000_000
const CANVAS_SIDE_MAX = 8_192
const STEP_SECONDS = 20
const TEXT_MAX = 20_000

/** Why a PDF or one of its pages is not shown, in a sentence for the reader. `isFinal`: no other page will do better. */
export class PdfProblem extends Error {
  readonly isFinal: boolean

  constructor(message: string, options: { isFinal: boolean; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.isFinal = options.isFinal
  }
}

type DrawnPage = { canvas: HTMLCanvasElement; text: string }
export type OpenPdf = {
  pageCount: number
  /** Draws a page, from 1, so many CSS pixels wide. The call before it is given up. */
  drawPage: (number: number, width: number) => Promise<DrawnPage>
  /** Ends the worker and all that waits for it. */
  close: () => void
}

type Reader = typeof import('pdfjs-dist')

/**
 * Opens a PDF of a stranger in the browser, in a worker of its own that can reach nothing: no script, form or link in
 * it acts, and what takes too long or is too large is given up. Throws PdfProblem.
 */
export async function openPdf(href: string): Promise<OpenPdf> {
  const [pdfjs, data] = await Promise.all([loadReader(), fetchBytes(href)])
  const parts = `/pdf-reader/${pdfjs.version}/`
  const port = new Worker(`${parts}pdf.worker.min.mjs`, { type: 'module' })
  // Before the library listens: it goes on with the page as soon as it has heard of an error itself.
  const errors = hearErrors(port)
  const failed = new Promise<never>((_, fail) => {
    port.addEventListener('error', () => fail(broken(undefined)), { once: true })
  })
  // Somebody may have stopped waiting when the worker fails.
  failed.catch(() => undefined)
  const worker = pdfjs.PDFWorker.create({ port, verbosity: pdfjs.VerbosityLevel.ERRORS })
  const task = pdfjs.getDocument({ ...settings(pdfjs, parts), data, worker })
  const close = () => {
    // A worker that is caught in a hostile file does not answer, so the wait for its farewell is short.
    void Promise.race([task.destroy().catch(() => undefined), pause(1)]).then(() => {
      worker.destroy()
      port.terminate()
    })
  }
  try {
    const pdf = await limited(Promise.race([task.promise, failed]))
    return { pageCount: pdf.numPages, drawPage: drawer(pdfjs, pdf, { failed, errors }), close }
  } catch (error) {
    close()
    throw explain(error)
  }
}

async function loadReader(): Promise<Reader> {
  try {
    return await import('pdfjs-dist/legacy/build/pdf.mjs')
  } catch (cause) {
    throw new PdfProblem('This browser cannot draw PDFs. Open the file instead.', { isFinal: true, cause })
  }
}

function settings(pdfjs: Reader, parts: string) {
  return {
    ...{ cMapUrl: parts, standardFontDataUrl: parts, wasmUrl: parts },
    // The page fetches what the worker needs; the worker itself has no connection. Scans are read without WebAssembly.
    ...{ useWorkerFetch: false, useWasm: false },
    ...{ enableXfa: false, disableWorkerRendering: true, verbosity: pdfjs.VerbosityLevel.ERRORS },
    // Evidence that is drawn in part would mislead: what cannot be read whole is not shown.
    stopAtErrors: true,
    ...{ maxImageSize: IMAGE_PIXELS_MAX, canvasMaxAreaInBytes: IMAGE_BYTES_MAX },
  }
}

async function fetchBytes(href: string): Promise<Uint8Array> {
  const answer = await fetch(href, { redirect: 'error', signal: AbortSignal.timeout(3 * STEP_SECONDS * 1000) }).catch(
    (cause: unknown) => {
      throw new PdfProblem('The file did not come. Load the page again, or open the file.', { isFinal: true, cause })
    },
  )
  if (!answer.ok || answer.headers.get('content-type') !== 'application/pdf') {
    throw new PdfProblem('The file cannot be shown now. Open it, or tell the administrator.', { isFinal: true })
  }
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (bytes.length > BYTES_MAX) throw new PdfProblem('It is too large to be shown here.', { isFinal: true })
  return bytes
}

type Heard = { failed: Promise<never>; errors: unknown[] }

function drawer(pdfjs: Reader, pdf: PDFDocumentProxy, { failed, errors }: Heard): OpenPdf['drawPage'] {
  let running: RenderTask | undefined
  let before: Promise<unknown> = Promise.resolve()
  const draw = async (number: number, width: number): Promise<DrawnPage> => {
    try {
      const page = await limited(Promise.race([pdf.getPage(number), failed]))
      const viewport = page.getViewport({ scale: scaleFor(page, width) })
      const canvas = document.createElement('canvas')
      canvas.width = Math.max(1, Math.floor(viewport.width))
      canvas.height = Math.max(1, Math.floor(viewport.height))
      // Stamps and filled-in fields are drawn as they look; nothing of them can be pressed.
      const annotationMode = pdfjs.AnnotationMode.ENABLE
      errors.length = 0
      await limited(Promise.race([requireWhole(page, annotationMode), failed]))
      if (errors.length > 0) throw new Error('an instruction of the page cannot be read', { cause: errors[0] })
      const rendering = page.render({ canvas, viewport, annotationMode })
      running = rendering
      await limited(Promise.race([rendering.promise, failed]))
      const text = await limited(Promise.race([textOf(page).catch(() => ''), failed]))
      page.cleanup()
      return { canvas, text }
    } catch (error) {
      running?.cancel()
      throw explain(error, number)
    }
  }
  return (number, width) => {
    running?.cancel()
    const drawn = before.then(() => draw(number, width))
    before = drawn.catch(() => undefined)
    return drawn
  }
}

/** How the worker says that a stream of its answers ended in an error; the library takes that for a page's end. */
const STREAM_ERROR = 5

/** Fills with what went wrong in the worker while it read pages. */
function hearErrors(port: Worker): unknown[] {
  const errors: unknown[] = []
  port.addEventListener('message', ({ data }: MessageEvent<{ stream?: number; reason?: unknown } | null>) => {
    if (data?.stream === STREAM_ERROR) errors.push(data.reason)
  })
  return errors
}

/**
 * Reads the page once before it is drawn, because drawing passes over what cannot be read and says nothing: half a
 * document beside the data would mislead. Throws where a picture of it cannot be read.
 */
async function requireWhole(page: PDFPageProxy, annotationMode: number): Promise<void> {
  const { argsArray } = await page.getOperatorList({ annotationMode })
  const names = new Set((argsArray as unknown[][]).map(pictureOf).filter((name) => name !== null))
  const pictures = await Promise.all(
    [...names].map((name) => {
      const store = name.startsWith('g_') ? page.commonObjs : page.objs
      return new Promise<unknown>((done) => store.get(name, done))
    }),
  )
  page.cleanup()
  if (pictures.includes(null)) throw new Error('a picture on the page cannot be read')
}

/** The name under which the worker sends the picture that an instruction draws, or null. */
function pictureOf(operands: unknown[] | null): string | null {
  const first = operands?.[0]
  const name = typeof first === 'object' && first !== null && 'data' in first ? first.data : first
  return typeof name === 'string' && /^(?:g_\w+_)?(?:img|mask)_/.test(name) ? name : null
}

function scaleFor(page: PDFPageProxy, width: number): number {
  const whole = page.getViewport({ scale: 1 })
  return Math.min(
    (width * Math.min(2, devicePixelRatio)) / whole.width,
    Math.sqrt(CANVAS_PIXELS_MAX / (whole.width * whole.height)),
    CANVAS_SIDE_MAX / Math.max(whole.width, whole.height),
  )
}

async function textOf(page: PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent()
  const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')
  return text.trim().slice(0, TEXT_MAX)
}

function explain(error: unknown, page?: number): PdfProblem {
  if (error instanceof PdfProblem) return error
  const name = error instanceof Error ? error.name : ''
  if (name === 'PasswordException') {
    const message = 'It is locked with a password, so it is not shown here. Ask for one without a password.'
    return new PdfProblem(message, { isFinal: true, cause: error })
  }
  if (page === undefined) return broken(error)
  const message = `Page ${page} is broken or too large, so it cannot be drawn whole. Open the file instead.`
  return new PdfProblem(message, { isFinal: false, cause: error })
}

function broken(cause: unknown): PdfProblem {
  const message = 'This PDF is broken, so no page of it can be drawn. Open the file, or ask for it again.'
  return new PdfProblem(message, { isFinal: true, cause })
}

/** Gives up after some seconds; those in which nobody sees the page do not count, because browsers draw nothing then. */
function limited<T>(work: Promise<T>): Promise<T> {
  let left = STEP_SECONDS
  let clock: ReturnType<typeof setInterval> | undefined
  const late = new Promise<never>((_, fail) => {
    clock = setInterval(() => {
      if (document.hidden) return
      left -= 1
      if (left > 0) return
      fail(
        new PdfProblem('It takes too long to draw, so it is not shown here. Open the file instead.', { isFinal: true }),
      )
    }, 1_000)
  })
  return Promise.race([work, late]).finally(() => clearInterval(clock))
}

const pause = (seconds: number) => new Promise<void>((done) => setTimeout(done, seconds * 1_000))
