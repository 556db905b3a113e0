import {
  ABBREVIATIONS,
  GENERIC_WORDS,
  HONORIFICS,
  LEGAL_FORMS,
  LEGAL_PHRASES,
  NUMBER_WORDS,
  PARTICLES,
  SAME_NAME,
} from './list-name-words.ts'
import { normalizeName, unmaskDigits } from './normalize-name.ts'
import { type Spelling, transliterateName } from './transliterate-name.ts'

const TOKENS_MAX = 16

export type TokenRole = 'name' | 'generic' | 'number' | 'initial' | 'particle' | 'honorific' | 'legal_form'

/** One word of a name. Words of the same text and role are one object within an index. */
export type Token = {
  text: string
  role: TokenRole
  /** How it sounds, roughly: spellings of one name fall together. */
  fold: string
  /** Its consonants; what is left of it in a script that writes no vowels. */
  skeleton: string
  /** The first spelling of the group of same names it belongs to, or ''. */
  group: string
  /** A Korean syllable as every romanisation of it would be written, more or less. */
  syllable: string
  /** The same where the vowel of `seong` is written as in Sung. */
  otherSyllable: string
}

export type PreparedSpelling = Omit<Spelling, 'text'> & {
  /** Latin letters that a table wrote for signs of a syllable each. */
  isSyllabic: boolean
  tokens: Token[]
  /** Words known to be the family name: those before the comma of "Last, First". */
  family: ReadonlySet<Token>
}

export type PreparedName = { spellings: PreparedSpelling[]; isOrganization: boolean }

/** Words met before, by spelling. An index keeps its own, so that one word is one object in it; questions share a short memory. */
export type Vocabulary = Map<string, Token>

const recent: Vocabulary = new Map()
const RECENT_MAX = 20_000

/** All spellings of a name as words with their roles. Never empty-handed on odd input: a text without letters has no words. */
export function prepareName(raw: string, vocabulary: Vocabulary = recent): PreparedName {
  const name = normalizeName(raw)
  const family = /^[^,]+(?=,[^,]+$)/.exec(raw.slice(0, 500))?.[0] ?? ''
  const spellings = transliterateName(name).map(({ text, ...rest }) => ({
    ...rest,
    isSyllabic: rest.table !== 'original' && isSyllabic(rest.script),
    tokens: tokenize(text, rest.script, vocabulary),
    family: new Set(
      rest.script === 'Latin'
        ? tokenize(transliterateName(normalizeName(family))[0]?.text ?? '', 'Latin', vocabulary)
        : [],
    ),
  }))
  const filled = spellings.filter(({ tokens }) => tokens.length > 0)
  return {
    spellings: filled,
    isOrganization: filled.some(({ tokens }) => tokens.some(({ role }) => role === 'legal_form')),
  }
}

function isSyllabic(script: string): boolean {
  return script === 'Han' || script === 'Hangul'
}

function tokenize(text: string, script: string, vocabulary: Vocabulary): Token[] {
  const isLatin = /[a-z]/.test(text)
  const words = (isLatin ? withLegalSigns(text) : text).split(' ').filter(Boolean)
  const spelled = isLatin ? withNumbers(words.map((word) => ABBREVIATIONS.get(word) ?? unmaskDigits(word))) : words
  return spelled.slice(0, TOKENS_MAX).map((word) => tokenOf(word, script, vocabulary))
}

function withLegalSigns(text: string): string {
  let padded = ` ${text} `
  for (const [phrase, sign] of LEGAL_PHRASES) {
    if (padded.includes(phrase)) padded = padded.replace(` ${phrase} `, ` ${sign} `)
  }
  return padded.trim()
}

/** Numbers in words become digits, tens and units together: "forty four" is 44. */
function withNumbers(words: string[]): string[] {
  const result: string[] = []
  let tens = 0
  for (const word of words) {
    const value = NUMBER_WORDS.get(word)
    if (value !== undefined && tens > 0 && value > 0 && value < 10) {
      result[result.length - 1] = String(tens + value)
      tens = 0
      continue
    }
    result.push(value === undefined ? word : String(value))
    tens = value !== undefined && value >= 20 ? value : 0
  }
  return result
}

/** Neighbouring words written together. */
export function joinTokens(tokens: readonly Token[]): Token {
  return tokenOf(tokens.map(({ text }) => text).join(''), 'Latin', recent)
}

function tokenOf(text: string, script: string, vocabulary: Vocabulary): Token {
  const syllabic = isSyllabic(script)
  const key = syllabic ? `${script} ${text}` : text
  const token = vocabulary.get(key)
  if (token) return token
  const isLatin = /^[a-z0-9]+$/.test(text)
  const isKorean = isLatin && script !== 'Han'
  const made: Token = {
    text,
    role: syllabic ? 'name' : roleOf(text),
    fold: isLatin ? foldSound(text) : text,
    skeleton: isLatin ? consonantsOf(text) : text,
    group: SAME_NAME.get(text) ?? '',
    syllable: isKorean ? foldSyllable(text) : text,
    otherSyllable: isKorean ? foldSyllable(text.replace('eo', 'u')) : text,
  }
  // A service that runs for months must not remember every word it was ever asked for.
  if (vocabulary === recent && recent.size >= RECENT_MAX) recent.clear()
  vocabulary.set(key, made)
  return made
}

function roleOf(text: string): TokenRole {
  if (/^\d+[a-z]?$|^[ivx]{2,}$/.test(text)) return 'number'
  if (LEGAL_FORMS.has(text)) return 'legal_form'
  if (HONORIFICS.has(text)) return 'honorific'
  if (PARTICLES.has(text)) return 'particle'
  if (GENERIC_WORDS.has(text)) return 'generic'
  return text.length === 1 ? 'initial' : 'name'
}

const KOREAN_FAMILY = new Map(
  'kim:kim,gim,kym pak:pak,park,bak,bag,pack ri:ri,lee,yi,rhee,i,li choe:choe,choi,choy jong:jong,jung,jeong,chong,chung kang:kang,gang cho:cho,jo no:no,ro,roh,noh yu:yu,ryu,yoo,you im:im,rim,lim,yim'
    .split(' ')
    .flatMap((line) => {
      const [family = '', spellings = ''] = line.split(':')
      return spellings.split(',').map((spelling) => [spelling, family] as const)
    }),
)

const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/tsch|tch|cz/g, 'ch'],
  [/sch/g, 'sh'],
  [/dzh|dj|zh/g, 'j'],
  [/kh|gh/g, 'h'],
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/dh/g, 'd'],
  [/ck|q/g, 'k'],
  [/c(?!h)/g, 'k'],
  [/x/g, 'ks'],
  [/w/g, 'v'],
  [/tz/g, 'ts'],
  [/z/g, 's'],
  [/ou|oo|o/g, 'u'],
  [/[iyj](?=[aeu])/g, 'i'],
  [/ae|ai|ay|ei|ey|ee|ie|y/g, 'i'],
  [/e/g, 'i'],
  [/(.)\1+/g, '$1'],
  [/(?<=.)h$/g, ''],
]

function foldSound(text: string): string {
  return SOUNDS.reduce((sound, [pattern, letters]) => sound.replace(pattern, letters), text)
}

/** One letter for what the Revised Romanisation and McCune-Reischauer write differently. */
function foldSyllable(text: string): string {
  const family = KOREAN_FAMILY.get(text)
  if (family) return family
  return text
    .replace(/eo/g, 'o')
    .replace(/eu|oo|ou/g, 'u')
    .replace(/^g/, 'k')
    .replace(/^d/, 't')
    .replace(/^b/, 'p')
    .replace(/^ch?/, 'j')
    .replace(/^sh/, 's')
}

/** Arabic writes long vowels with w, y and alef; the Latin spellings keep them or not, so none counts. */
function consonantsOf(text: string): string {
  const consonants = text
    .replace(/(?<=.)(?:ee|ie|i|y)$/, 'Y')
    .replace(/(?<=.)h$/, '')
    .replace(/sch|sh/g, '$')
    .replace(/kh/g, 'x')
    .replace(/th/g, 't')
    .replace(/dh/g, 'd')
    .replace(/gh/g, 'g')
    .replace(/ch/g, '$')
    .replace(/ph/g, 'f')
    .replace(/(?<=.)y|[aeiouw]/g, '')
    .replace(/[qc]/g, 'k')
    .replace(/p/g, 'b')
    .replace(/v/g, 'f')
    .replace(/z/g, 's')
    .replace(/j/g, 'g')
    .replace(/(.)\1+/g, '$1')
  return consonants.replace('Y', 'y')
}
