import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Draws the rooms and their arrows into docs/architecture.md, from what the code really imports. The picture is
 * dependency-cruiser's own Mermaid, with each file collapsed into its room.
 */
const ROOM = '^(lib/[^/]+|app|components/[^/]+|bin|sandbox|prisma)(?:/|$)'
const document = 'docs/architecture.md'
const [begin, end] = ['<!-- drawn by bin/draw-architecture.ts -->', '<!-- end of the drawing -->']

const drawing = execFileSync(
  process.execPath,
  [
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'mermaid',
    '--collapse',
    ROOM,
    '--include-only',
    '^(lib|app|components)/',
    'app',
    'components',
    'lib',
  ],
  { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
)
const text = readFileSync(document, 'utf8')
const before = text.slice(0, text.indexOf(begin) + begin.length)
const after = text.slice(text.indexOf(end))
writeFileSync(document, `${before}\n\n\`\`\`mermaid\n${drawing.trim()}\n\`\`\`\n\n${after}`)
