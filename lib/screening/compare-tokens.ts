import type { Token } from './prepare-name.ts'

/** Consonants that scribes of different languages put for each other, and neighbours of the ear. */
const NEAR = 'bp bv ck cs cq dt fv gh gj gk gq hk ij jy kq mn sz uw vw cz jz sx iy'
const VOWELS = 'aeiouy'
const LENGTH_MAX = 40
const DIFFERENT_BELOW = 0.6
const ASCII = 128

/** What it costs to write one ASCII letter for another: row times 128 plus column. */
const SWAP = new Float64Array(ASCII * ASCII).fill(1)
const DROP = new Float64Array(ASCII).fill(1)
for (const pair of [...NEAR.split(' '), ...Array.from(VOWELS).flatMap((a) => Array.from(VOWELS, (b) => a + b))]) {
  const [a, b] = [pair.charCodeAt(0), pair.charCodeAt(1)]
  SWAP[a * ASCII + b] = 0.6
  SWAP[b * ASCII + a] = 0.6
}
for (const letter of VOWELS) DROP[letter.charCodeAt(0)] = 0.8
DROP['h'.charCodeAt(0)] = 0.6
const DOUBLED = 0.3
const TRANSPOSED = 0.8

const rows = [
  new Float64Array(LENGTH_MAX + 1),
  new Float64Array(LENGTH_MAX + 1),
  new Float64Array(LENGTH_MAX + 1),
] as const

/** How alike two words are, 0 to 1. Below 0.6 they are different words, and how different is not worked out. */
export function compareTokens(left: Token, right: Token): number {
  if (left.text === right.text) return 1
  if (left.group !== '' && left.group === right.group) return 0.95
  const bySpelling = likeness(left.text, right.text)
  if (left.fold === right.fold) return Math.max(bySpelling, left.fold.length >= 3 ? 0.92 : 0.75)
  if (bySpelling >= 0.9) return bySpelling
  return Math.max(bySpelling, likeness(left.fold, right.fold) * 0.95)
}

/** Likeness of words of which one, or both, came without vowels; the shorter the consonants, the less they prove. */
export function compareSkeletons(left: Token, right: Token): number {
  const [one, other] = [left.skeleton, right.skeleton]
  if (one === '' || other === '') return 0
  if (one === other) return one.length >= 3 ? 0.9 : one.length === 2 ? 0.87 : 0.6
  return Math.min(one.length, other.length) < 4 ? 0 : likeness(one, other) * 0.9
}

/** Likeness of syllables that a table wrote in Latin letters: so short that nearly the same is another syllable. */
export function compareSyllables(left: Token, right: Token): number {
  if (left.text === right.text) return 1
  return left.syllable === right.syllable ||
    left.otherSyllable === right.syllable ||
    left.syllable === right.otherSyllable
    ? 0.92
    : 0
}

function likeness(left: string, right: string): number {
  const longest = Math.max(left.length, right.length)
  if (longest === 0 || longest > LENGTH_MAX || Math.abs(left.length - right.length) > longest / 2) return 0
  return Math.max(0, 1 - editCost(left, right, (1 - DIFFERENT_BELOW) * longest) / longest)
}

/**
 * The Damerau-Levenshtein distance in which slips that keep the sound, doubled letters and swapped neighbours cost less than a letter;
 * endless once it is sure to be above `costMax`.
 */
function editCost(left: string, right: string, costMax: number): number {
  let leastBefore = 0
  let [before, last, row]: readonly [Float64Array, Float64Array, Float64Array] = rows
  for (let j = 0; j <= right.length; j += 1) last[j] = j
  for (let i = 1; i <= left.length; i += 1) {
    row[0] = i
    let least = i
    const a = left.charCodeAt(i - 1)
    const aBefore = left.charCodeAt(i - 2)
    const dropA = dropCost(a, aBefore)
    for (let j = 1; j <= right.length; j += 1) {
      const b = right.charCodeAt(j - 1)
      const bBefore = right.charCodeAt(j - 2)
      let cost = (last[j - 1] ?? 0) + (a === b ? 0 : swapCost(a, b))
      const dropped = (last[j] ?? 0) + dropA
      if (dropped < cost) cost = dropped
      const added = (row[j - 1] ?? 0) + dropCost(b, bBefore)
      if (added < cost) cost = added
      if (i > 1 && j > 1 && a === bBefore && b === aBefore && a !== b)
        cost = Math.min(cost, (before[j - 2] ?? 0) + TRANSPOSED)
      row[j] = cost
      if (cost < least) least = cost
    }
    // Swapped neighbours reach over one row, so two must be too dear.
    if (least > costMax && leastBefore > costMax) return Number.POSITIVE_INFINITY
    leastBefore = least
    const spent = before
    before = last
    last = row
    row = spent
  }
  return last[right.length] ?? 0
}

function swapCost(a: number, b: number): number {
  return a < ASCII && b < ASCII ? (SWAP[a * ASCII + b] ?? 1) : 1
}

function dropCost(letter: number, previous: number): number {
  if (letter === previous) return DOUBLED
  return letter < ASCII ? (DROP[letter] ?? 1) : 1
}
