import anyAscii from 'any-ascii'

/** Ukraine's rule for passports (Cabinet of Ministers, resolution 55 of 2010); at the start of a word five letters are written otherwise. */
const KMU_2010: Readonly<Record<string, string>> = Object.fromEntries(
  `а-a б-b в-v г-h ґ-g д-d е-e є-ie ж-zh з-z и-y і-i ї-i й-i к-k л-l м-m н-n о-o п-p р-r с-s т-t у-u ф-f х-kh ц-ts ч-ch ш-sh щ-shch ь- ю-iu я-ia
  ё-e ъ- ы-y э-e`
    .split(/\s+/)
    .map((pair) => pair.split('-')),
)
const KMU_2010_INITIAL: Readonly<Record<string, string>> = { є: 'ye', ї: 'yi', й: 'y', ю: 'yu', я: 'ya' }

const SCRIPTS =
  `Latin Cyrillic Greek Arabic Hebrew Armenian Georgian Han Hangul Hiragana Katakana Devanagari Bengali Gurmukhi Gujarati Oriya Tamil
  Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Khmer Ethiopic Mongolian Syriac Thaana Cherokee Tifinagh Nko Bopomofo Javanese
  Coptic`.split(/\s+/)
const SCRIPT_TESTS = SCRIPTS.map((script) => ({ script, pattern: new RegExp(`\\p{Script=${script}}`, 'gu') }))

/** Scripts whose names can be compared with names in Latin letters; for any other, no match is no answer. */
const COMPARABLE = new Set([
  'Latin',
  'Cyrillic',
  'Greek',
  'Arabic',
  'Hebrew',
  'Armenian',
  'Georgian',
  'Han',
  'Hangul',
  'Hiragana',
  'Katakana',
])

/** Scripts that leave out vowels, or whose table does: their Latin spellings are compared by consonants. */
const CONSONANTAL = new Set(['Arabic', 'Hebrew'])
const UNSPACED = new Set(['Han', 'Hangul', 'Hiragana', 'Katakana'])

/** One way to write a name. `consonantal` ones hold no vowels worth comparing. */
export type Spelling = {
  table: 'original' | 'any_ascii' | 'kmu_2010'
  text: string
  script: string
  isConsonantal: boolean
}

/** The scripts of a text, most used first. A letter of no known script is `Other`. */
function listScripts(text: string): string[] {
  if (/^[\p{ASCII}]*$/u.test(text)) return /[a-z]/i.test(text) ? ['Latin'] : []
  const counts = SCRIPT_TESTS.map(({ script, pattern }) => ({
    script: script as string,
    count: text.match(pattern)?.length ?? 0,
  }))
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const known = counts.reduce((sum, { count }) => sum + count, 0)
  const all =
    letters > known + (text.match(/[ー々]/gu)?.length ?? 0)
      ? [...counts, { script: 'Other', count: letters - known }]
      : counts
  return all
    .filter(({ count }) => count > 0)
    .toSorted((left, right) => right.count - left.count)
    .map(({ script }) => script)
}

/**
 * The scripts of a text that cannot be compared with the lists' Latin names. Han beside kana, or from Japan, is read in ways no table of letters
 * knows, so it is named too.
 */
export function listUnsupportedScripts(text: string, { isJapanese = false }: { isJapanese?: boolean } = {}): string[] {
  const scripts = listScripts(text)
  const unsupported = scripts.filter((script) => !COMPARABLE.has(script))
  const hasKana = scripts.includes('Hiragana') || scripts.includes('Katakana')
  const isRead = scripts.includes('Han') && (hasKana || isJapanese)
  return isRead ? [...unsupported, 'Han (Japanese readings)'] : unsupported
}

/** Every spelling a normalised name is compared in: its own, and in Latin letters by each table that applies. */
export function transliterateName(name: string): Spelling[] {
  const script = listScripts(name)[0] ?? 'Latin'
  if (script === 'Latin') return [{ table: 'original', text: toAscii(name), script, isConsonantal: false }]
  const isConsonantal = CONSONANTAL.has(script)
  const spellings: Spelling[] = [
    { table: 'original', text: withoutVariants(name), script, isConsonantal: false },
    { table: 'any_ascii', text: toAscii(name), script, isConsonantal },
  ]
  if (script === 'Cyrillic')
    spellings.push({ table: 'kmu_2010', text: toAscii(toKmu2010(name)), script, isConsonantal: false })
  return spellings.filter(({ text }) => text !== '')
}

function toKmu2010(name: string): string {
  const words = name.replaceAll('зг', 'zgh').split(' ')
  return words
    .map((word) =>
      Array.from(
        word,
        (letter, place) => (place === 0 ? KMU_2010_INITIAL[letter] : undefined) ?? KMU_2010[letter] ?? letter,
      ).join(''),
    )
    .join(' ')
}

/** Syllables of scripts without spaces begin with a capital in the table's answer: that is where their words end. */
function toAscii(name: string): string {
  if (/^[a-z0-9 ]*$/.test(name)) return name
  const ascii = anyAscii(name)
  const spaced = SCRIPT_TESTS.some(({ script, pattern }) => UNSPACED.has(script) && name.search(pattern) >= 0)
    ? ascii.replace(/(?<=[A-Za-z])(?=[A-Z])/g, ' ')
    : ascii
  return spaced
    .toLowerCase()
    .replace(/[^a-z0-9 ]+/g, '')
    .trim()
}

/** Letters that writers of Arabic, Persian and Hebrew use for one another are one letter, and vowel signs are none. */
function withoutVariants(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\u0610-\u061a\u064b-\u065f\u0670\u0640\u0591-\u05c7]/gu, '')
    .normalize('NFC')
    .replace(/[أإآٱ]/gu, 'ا')
    .replace(/[ىئی]/gu, 'ي')
    .replace(/ؤ/gu, 'و')
    .replace(/[ةۀہھ]/gu, 'ه')
    .replace(/ک/gu, 'ك')
}
