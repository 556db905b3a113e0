import type { SectionData, SectionKind } from '#lib/vetting/types.ts'

/** What a section's form sends, as lib wants it: `examples.0.what` becomes a row, lines of names a list. */
export function readSection(formData: FormData): Record<string, unknown> {
  const data: Record<string, unknown> = {}
  for (const name of new Set(formData.keys())) {
    if (name.startsWith('$')) continue
    const texts = formData.getAll(name).filter((value) => typeof value === 'string')
    const [head = '', row, cell] = name.split('.')
    if (row === undefined) data[head] = LISTS.has(head) ? texts : texts[0]
    else place(data, head, Number(row), cell, texts[0] ?? '')
  }
  if (typeof data['otherNames'] === 'string') data['otherNames'] = data['otherNames'].split('\n')
  return data
}

const LISTS = new Set(['categories', 'dualUseItems'])
const ROWS_MAX = 40

function place(data: Record<string, unknown>, head: string, row: number, cell: string | undefined, text: string): void {
  if (!Number.isInteger(row) || row < 0 || row >= ROWS_MAX) return
  const rows = Array.isArray(data[head]) ? (data[head] as unknown[]) : []
  if (cell === undefined) rows[row] = text
  else rows[row] = { ...(typeof rows[row] === 'object' ? rows[row] : {}), [cell]: text }
  data[head] = rows
}

/** The same the other way: what the fields of a section hold when its page opens. */
export function fieldValues<Kind extends SectionKind>(data: SectionData[Kind]): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === 'boolean') values[name] = value ? 'yes' : 'no'
    else if (typeof value === 'string') values[name] = value
    else if (Array.isArray(value)) Object.assign(values, rowValues(name, value))
  }
  if (Array.isArray(values['otherNames'])) values['otherNames'] = values['otherNames'].join('\n')
  return values
}

function rowValues(name: string, rows: readonly unknown[]): Record<string, string | string[]> {
  const texts = rows.filter((row) => typeof row === 'string')
  if (LISTS.has(name) || name === 'otherNames') return { [name]: texts }
  const values: Record<string, string> = {}
  for (const [position, row] of rows.entries()) {
    if (typeof row === 'string') values[`${name}.${position}`] = row
    else for (const [cell, text] of Object.entries(row as object)) values[`${name}.${position}.${cell}`] = String(text)
  }
  return values
}

/** How many rows each table of the form has: those that were saved and an empty one. */
export function rowCounts(data: object | undefined): Record<string, number> {
  const counts: Record<string, number> = { examples: 2, regions: 1, countries: 1, declarations: 1 }
  for (const [name, value] of Object.entries(data ?? {})) {
    if (name in counts && Array.isArray(value)) counts[name] = Math.max(counts[name] ?? 1, value.length)
  }
  return counts
}
