import { randomBytes } from 'node:crypto'

/** The letters KMU-2010 (Ukraine's rule for passports) and common practice write for Cyrillic ones. */
const LATIN: Readonly<Record<string, string>> = Object.fromEntries(
  'а-a б-b в-v г-h ґ-g д-d е-e є-ie ж-zh з-z и-y і-i ї-i й-i к-k л-l м-m н-n о-o п-p р-r с-s т-t у-u ф-f х-kh ц-ts ч-ch ш-sh щ-shch ь- ю-iu я-ia ё-e ъ- ы-y э-e ł-l ø-o đ-d ß-ss æ-ae œ-oe'
    .split(' ')
    .map((pair) => pair.split('-') as [string, string]),
)
const LENGTH_MAX = 60

/** The part of an address that says what a thing is: lower-case ASCII letters, digits and single hyphens. */
export function makeSlug(text: string, fallback: string): string {
  const latin = Array.from(text.toLowerCase().normalize('NFC'), (letter) => LATIN[letter] ?? letter).join('')
  const ascii = latin.normalize('NFKD').replace(/\p{M}/gu, '').replace(/['’]/g, '')
  const words = ascii.split(/[^a-z0-9]+/).filter(Boolean)
  let slug = ''
  for (const word of words) {
    if (slug.length + word.length + 1 > LENGTH_MAX) break
    slug += slug === '' ? word : `-${word}`
  }
  return slug || (words[0] ?? fallback).slice(0, LENGTH_MAX)
}

/** The slug when nobody has it yet, else with a short random end. */
export function freeSlug(slug: string, isTaken: boolean): string {
  return isTaken ? `${slug}-${randomBytes(3).toString('hex')}` : slug
}
