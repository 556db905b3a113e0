import { normalizeIdentifier } from './build-index.ts'
import type { ListedEntry, MatchReason, NameQuery } from './types.ts'

/** Lists round years and people misremember them: a year apart is no difference. */
const YEARS_APART = 1

export type Details = { reasons: MatchReason[]; isIdentified: boolean; birthDate: 'agrees' | 'differs' | 'unknown' }

/** What is known of a person beside the name, next to what a list says. Never an answer by itself, except an identifier that is equal. */
export function compareDetails(query: NameQuery, listed: ListedEntry): Details {
  const reasons: MatchReason[] = []
  const identifiers = equalIdentifiers(query, listed)
  reasons.push(...identifiers)
  const birthDate = compareBirthDates(query.birthDate, listed.birthDates)
  const queried = query.birthDate ?? ''
  if (birthDate.state === 'agrees') reasons.push({ type: 'birth_date_agrees', queried, listed: birthDate.listed })
  if (birthDate.state === 'differs') reasons.push({ type: 'birth_date_differs', queried, listed: listed.birthDates })
  const country = countryOf(query.country ?? '')
  if (country !== '' && listed.countries.some((one) => countryOf(one) === country)) {
    reasons.push({ type: 'country_agrees', country: query.country ?? '' })
  }
  return { reasons, isIdentified: identifiers.length > 0, birthDate: birthDate.state }
}

function equalIdentifiers(query: NameQuery, listed: ListedEntry): MatchReason[] {
  const queried = new Set((query.identifiers ?? []).map(({ value }) => normalizeIdentifier(value)).filter(Boolean))
  return listed.identifiers
    .filter(({ value }) => queried.has(normalizeIdentifier(value)))
    .map(({ type, value }) => ({ type: 'identifier_equal', identifierType: type, value }))
}

function compareBirthDates(
  queried: string | undefined,
  listed: readonly string[],
): { state: Details['birthDate']; listed: string } {
  const year = yearOf(queried ?? '')
  const known = listed.filter((date) => yearOf(date) !== undefined)
  if (year === undefined || known.length === 0) return { state: 'unknown', listed: '' }
  const near = known.find((date) => Math.abs((yearOf(date) ?? 0) - year) <= YEARS_APART)
  return near === undefined ? { state: 'differs', listed: '' } : { state: 'agrees', listed: near }
}

function yearOf(date: string): number | undefined {
  const year = /\b(1[89]\d\d|20\d\d)\b/.exec(date)?.[1]
  return year === undefined ? undefined : Number(year)
}

const COUNTRY_NAMES = new Intl.DisplayNames(['en'], { type: 'region' })

/** Lists write names of countries, applications codes: both become the English name. */
export function countryOf(country: string): string {
  const bare = country.trim()
  return (/^[a-z]{2}$/i.test(bare) ? (COUNTRY_NAMES.of(bare.toUpperCase()) ?? bare) : bare).toLowerCase()
}
