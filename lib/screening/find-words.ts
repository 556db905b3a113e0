import type { Compare } from './align-tokens.ts'
import { bigramsOf, type ScreeningIndex } from './build-index.ts'
import { compareSkeletons } from './compare-tokens.ts'
import type { Token } from './prepare-name.ts'

const SIMILARITY_MIN = 0.6
const OVERLAP_MIN = 0.38
const LENGTH_DIFFERENCE_MAX = 4

export type FoundWord = { word: number; similarity: number }

/** Words of the lists like a queried one, best first: by shared letter pairs, by sound and by group of same names; or by consonants alone. */
export function findWords(index: ScreeningIndex, token: Token, compare: Compare): FoundWord[] {
  const isConsonantal = compare === compareSkeletons
  const found: FoundWord[] = []
  for (const word of isConsonantal ? (index.wordsBySkeleton.get(token.skeleton) ?? []) : findByLetters(index, token)) {
    const listed = index.vocabulary[word]
    if (!listed) continue
    const similarity = compare(token, listed)
    if (similarity >= SIMILARITY_MIN) found.push({ word, similarity })
  }
  return found.sort((left, right) => right.similarity - left.similarity)
}

// Scratch space, all zero between calls.
let shared = new Uint8Array(0)
let touched = new Int32Array(0)

function findByLetters(index: ScreeningIndex, token: Token): Set<number> {
  if (shared.length < index.vocabulary.length) {
    shared = new Uint8Array(index.vocabulary.length)
    touched = new Int32Array(index.vocabulary.length)
  }
  const found = new Set<number>(index.wordsByFold.get(token.fold) ?? [])
  if (token.group !== '') for (const word of index.wordsByFold.get(`=${token.group}`) ?? []) found.add(word)
  const bigrams = new Set(bigramsOf(token.text))
  const { wordLengths } = index
  let count = 0
  for (const bigram of bigrams) {
    const words = index.wordsByBigram.get(bigram)
    if (!words) continue
    for (let at = 0; at < words.length; at += 1) {
      const word = words[at] ?? 0
      if (Math.abs((wordLengths[word] ?? 0) - token.text.length) > LENGTH_DIFFERENCE_MAX) continue
      if (shared[word] === 0) touched[count++] = word
      shared[word] = (shared[word] ?? 0) + 1
    }
  }
  for (let at = 0; at < count; at += 1) {
    const word = touched[at] ?? 0
    if ((shared[word] ?? 0) >= OVERLAP_MIN * Math.max(bigrams.size, (wordLengths[word] ?? 0) + 1)) found.add(word)
    shared[word] = 0
  }
  return found
}
