import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PDF_READER_POLICY } from '#lib/auth/build-security-headers.ts'

type Context = { params: Promise<{ version: string; file: string }> }

const HOME = join(process.cwd(), 'node_modules', 'pdfjs-dist')
/** What the reader may ask for: its worker, what reads scans without WebAssembly, character maps and standard fonts. */
const PARTS: readonly { name: RegExp; folder: string; type: string }[] = [
  { name: /^pdf\.worker\.min\.mjs$/, folder: 'legacy/build', type: 'text/javascript' },
  { name: /^(jbig2|openjpeg)_nowasm_fallback\.js$/, folder: 'wasm', type: 'text/javascript' },
  { name: /^[A-Za-z0-9-]+\.bcmap$/, folder: 'cmaps', type: 'application/octet-stream' },
  { name: /^[A-Za-z-]+\.(pfb|ttf)$/, folder: 'standard_fonts', type: 'application/octet-stream' },
]

/**
 * The parts of the PDF reader that a bundle cannot hold. They are code of a library and the same for everybody. The
 * worker's own policy comes with its response: it may load scripts of this site and reach nothing else.
 */
export async function GET(_request: Request, context: Context): Promise<Response> {
  const { version, file } = await context.params
  const part = PARTS.find(({ name }) => name.test(file))
  const body = part && version === (await installedVersion()) ? await readPart(join(HOME, part.folder, file)) : null
  if (!part || !body) return new Response('There is no such file.\n', { status: 404 })
  return new Response(body, {
    headers: {
      'Content-Type': part.type,
      'Content-Security-Policy': PDF_READER_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'public, max-age=31536000, immutable',
    },
  })
}

async function installedVersion(): Promise<string> {
  return (JSON.parse(await readFile(join(HOME, 'package.json'), 'utf8')) as { version: string }).version
}

async function readPart(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  return readFile(path).then(
    (bytes) => new Uint8Array(bytes),
    () => null,
  )
}
