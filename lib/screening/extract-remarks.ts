import { normalizeDates } from './normalize-dates.ts'

export type RemarkFacts = {
  aliases: string[]
  birthDates: string[]
  countries: string[]
  identifiers: { type: string; value: string }[]
}

/** What OFAC calls the numbers by which somebody is told apart, and the short name of each. */
const NUMBERS: readonly (readonly [label: RegExp, type: string])[] = [
  [/^(Diplomatic |Stateless Person )?Passport/, 'passport'],
  [
    /^(National ID No\.|Identification Number|Identity Card|Personal ID Card|D\.N\.I\.|C\.U\.R\.P\.|C\.U\.I\.|Cedula No\.|Citizen's Card Number|Kenyan ID No\.|Bosnian Personal ID No\.|SSN)/,
    'national_id',
  ],
  [/^(NIT #|Tax ID No\.|RUC #|RIF #|R\.F\.C\.|V\.A\.T\. Number|C\.U\.I\.T\.|RTN)/, 'tax'],
  [
    /^(Registration Number|Registration ID|Commercial Registry Number|Company Number|C\.R\. No\.|Business Registration (Document )?(#|Number)|Business Number|Folio Mercantil No\.|Matricula Mercantil No|Trade License No\.|Registered Charity No\.|Unified Social Credit Code \(USCC\)|Enterprise Number|Chamber of Commerce Number|Legal Entity Number|Public Registration Number|Certificate of Incorporation Number|Government Gazette Number|D-U-N-S Number|UK Company Number)/,
    'registration',
  ],
  [/^(Vessel Registration Identification IMO|IMO|MMSI)/, 'vessel'],
  [
    /^(Aircraft Tail Number|Aircraft Manufacturer's Serial Number \(MSN\)|Aircraft Mode S Transponder Code)/,
    'aircraft',
  ],
  [/^SWIFT\/BIC/, 'bic'],
  [/^Digital Currency Address/, 'wallet'],
]

/** Reads OFAC's remarks, `DOB 19 Mar 1953; nationality Niger; a.k.a. 'CHAPORI, Petit'; Passport A123 (Iraq)`. */
export function extractRemarks(remarks: string): RemarkFacts {
  const facts: RemarkFacts = { aliases: [], birthDates: [], countries: [], identifiers: [] }
  for (const part of remarks.split(';')) readRemark(part.trim().replace(/^alt\.\s+/, ''), facts)
  return facts
}

function readRemark(part: string, facts: RemarkFacts): void {
  const alias = /^[afn]\.k\.a\.\s+'(.+?)'?\.?$/.exec(part)?.[1]
  if (alias !== undefined) {
    facts.aliases.push(...alias.split(/',\s*'/))
    return
  }
  const born = /^DOB\s+(.+)$/.exec(part)?.[1]
  if (born !== undefined) {
    facts.birthDates.push(...normalizeDates(born))
    return
  }
  const country = /^(?:nationality|citizen)\s+(.+?)\.?$/.exec(part)?.[1]
  if (country !== undefined) {
    facts.countries.push(country)
    return
  }
  const number = readNumber(part)
  if (number) facts.identifiers.push(number)
}

function readNumber(part: string): { type: string; value: string } | null {
  for (const [label, type] of NUMBERS) {
    const found = label.exec(part)
    if (!found) continue
    const value = part
      .slice(found[0].length)
      .replace(/\s+(\(|issued|expires).*$/, '')
      .replace(/^[\s#:.]+|[\s.]+$/g, '')
    // "Passport unknown" and the like tell nobody apart.
    return /\d/.test(value) && value.length <= 80 ? { type, value } : null
  }
  return null
}
