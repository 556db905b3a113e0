/** What the request form sends, in the shape that lib takes: `lines.2.amount` is the amount of the third line. */
export function readRequest(formData: FormData): Record<string, unknown> {
  const request: Record<string, unknown> = {}
  const lines: Record<string, string>[] = []
  for (const [name, value] of formData) {
    if (typeof value !== 'string' || name.startsWith('$')) continue
    const [, row, field] = /^lines\.(\d{1,2})\.(category|description|amount)$/.exec(name) ?? []
    if (row === undefined || field === undefined) request[name] = value
    else lines[Number(row)] = { ...lines[Number(row)], [field]: value }
  }
  return { ...request, lines: Array.from(lines, (line) => line ?? {}) }
}
