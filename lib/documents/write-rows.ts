import {
  addText,
  BOLD,
  decorate,
  heightOf,
  INK,
  keepRoom,
  MARGIN,
  type Part,
  type Pdf,
  RULE,
  SANS,
  SOFT,
  WIDTH,
} from './write-text.ts'

const GAP = 10

type DocumentColumn = { header: string; share: number; align?: 'right' }
/** Facts as pairs, a line each; a strong one is a sum and stands under a rule. */
export type Pair = { term: string; detail: string; strong?: boolean; figure?: boolean }
export type TableText = { columns: DocumentColumn[]; rows: string[][]; total?: string[] }

export function writePairs(pdf: Pdf, root: Part, rows: Pair[]): void {
  // Sums have long names and short figures, facts the other way round.
  const share = rows.every(({ figure }) => figure) ? 0.68 : 0.32
  const columns: DocumentColumn[] = [
    { header: '', share },
    { header: '', share: 1 - share },
  ]
  const table = pdf.struct('Table')
  root.add(table)
  for (const { term, detail, strong, figure } of rows) {
    const cells = [term, detail].map((text, index) => ({
      ...{ text, tag: index === 0 ? 'TH' : 'TD', scope: 'Row' as const },
      ...{ font: strong ? BOLD : SANS, color: index === 0 && !strong ? SOFT : INK },
      ...(figure && index === 1 ? { align: 'right' as const } : {}),
    }))
    writeRow(pdf, table, { cells, columns, rule: strong ? 1 : 0.4, size: 10 })
  }
  table.end()
  pdf.moveDown(0.8)
}

export function writeTable(pdf: Pdf, root: Part, { columns, rows, total }: TableText): void {
  const table = pdf.struct('Table')
  root.add(table)
  const head = columns.map(({ header }) => ({
    text: header,
    tag: 'TH',
    scope: 'Column' as const,
    font: BOLD,
    color: INK,
  }))
  const body = rows.map((row) =>
    row.map((text, index) => ({ text, tag: index === 0 ? 'TH' : 'TD', scope: 'Row' as const, font: SANS, color: INK })),
  )
  const sums = total?.map((text, index) => ({
    ...{ text, tag: index === 0 ? 'TH' : 'TD', scope: 'Row' as const, font: BOLD, color: INK },
  }))
  writeRow(pdf, table, { cells: head, columns, rule: 0, size: 9 })
  for (const [index, cells] of body.entries())
    writeRow(pdf, table, { cells, columns, rule: index === 0 ? 1 : 0.4, size: 9 })
  if (sums) writeRow(pdf, table, { cells: sums, columns, rule: 1, size: 9 })
  table.end()
  pdf.moveDown(0.8)
}

type Cell = { text: string; tag: string; scope: 'Row' | 'Column'; font: string; color: string; align?: 'right' }
type Row = { cells: Cell[]; columns: DocumentColumn[]; rule: number; size: number }

/** A row stays on one page; the rule above it is drawn, not told. */
function writeRow(pdf: Pdf, table: Part, { cells, columns, rule, size }: Row): void {
  const places = placesOf(columns)
  const height = Math.max(
    ...cells.map(({ text, font }, index) => heightOf(pdf, text, { font, size, width: places[index]?.width ?? WIDTH })),
  )
  keepRoom(pdf, height + 6)
  const top = pdf.y
  if (rule > 0)
    decorate(pdf, () =>
      pdf
        .lineWidth(rule)
        .strokeColor(RULE)
        .moveTo(MARGIN, top)
        .lineTo(MARGIN + WIDTH, top)
        .stroke(),
    )
  const row = pdf.struct('TR')
  table.add(row)
  for (const [index, { text, tag, scope, font, color, align }] of cells.entries()) {
    const { x, width } = places[index] ?? { x: MARGIN, width: WIDTH }
    const side = align ?? columns[index]?.align
    const look = { font, size, color, x, y: top + 3, width, ...(side ? { align: side } : {}) }
    const cell = pdf.struct(tag, tag === 'TH' ? ({ scope } as object) : {})
    row.add(cell)
    addText(pdf, cell, 'P', text || '\u00a0', look)
    cell.end()
  }
  row.end()
  pdf.y = top + height + 6
}

function placesOf(columns: DocumentColumn[]): { x: number; width: number }[] {
  const whole = columns.reduce((sum, { share }) => sum + share, 0)
  let x = MARGIN
  return columns.map(({ share }, index) => {
    const column = (WIDTH * share) / whole
    const place = { x, width: index === columns.length - 1 ? column : column - GAP }
    x += column
    return place
  })
}
