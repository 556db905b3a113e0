const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
// A longer span says nothing about anybody, and would be a birth date for everyone.
const SPAN_YEARS_MAX = 12

/** `19 Mar 1953`, `Mar 1953`, `1953`, `circa 1953`, `1953 to 1955` as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; none when it is no date. */
export function normalizeDates(text: string): string[] {
  const bare = text
    .trim()
    .replace(/\.$/, '')
    .replace(/^(circa|approximately|approx\.?|c\.)\s+/i, '')
  const [from, to] = bare.split(/\s+to\s+/i)
  const first = normalizeDate(from ?? '')
  if (first === null) return []
  const last = to === undefined ? null : normalizeDate(to)
  return last === null ? [first] : listYears(Number(first.slice(0, 4)), Number(last.slice(0, 4)))
}

/** Every year of a span, or nothing where it is too long to tell anybody apart. */
export function listYears(from: number, to: number): string[] {
  if (!(from > 1000 && to >= from && to - from <= SPAN_YEARS_MAX)) return []
  return Array.from({ length: to - from + 1 }, (_, more) => String(from + more))
}

function normalizeDate(text: string): string | null {
  const words = /^(?:(?:(\d{1,2})\s+)?([A-Za-z]{3})[a-z]*\s+)?(\d{4})$/.exec(text.trim())
  if (!words) return normalizeNumeric(text.trim())
  const [, day, month, year] = words
  if (month === undefined) return year ?? null
  const number = MONTHS.indexOf(month.toLowerCase()) + 1
  return number === 0 ? null : joinDate(year ?? '', number, Number(day ?? 0))
}

/** ISO dates and `dd/mm/yyyy`, where 00 stands for what is not known. */
function normalizeNumeric(text: string): string | null {
  const iso = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T.*)?$/.exec(text)
  if (iso) return joinDate(iso[1] ?? '', Number(iso[2] ?? 0), Number(iso[3] ?? 0))
  const slashed = /^(?:(\d{1,2})|[dD]{2})[/.](?:(\d{1,2})|[mM]{2})[/.](\d{4})$/.exec(text)
  return slashed ? joinDate(slashed[3] ?? '', Number(slashed[2] ?? 0), Number(slashed[1] ?? 0)) : null
}

function joinDate(year: string, month: number, day: number): string {
  const parts = [year]
  if (month >= 1 && month <= 12) {
    parts.push(String(month).padStart(2, '0'))
    if (day >= 1 && day <= 31) parts.push(String(day).padStart(2, '0'))
  }
  return parts.join('-')
}
