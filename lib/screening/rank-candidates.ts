import type { ScreeningIndex } from './build-index.ts'
import { type FoundWord, findWords } from './find-words.ts'
import { joinTokens, type PreparedSpelling, type Token } from './prepare-name.ts'
import { latinComparison, sumWeights, weightOf } from './score-names.ts'

const CANDIDATES_MAX = 80
/** A listed spelling with less of the queried weight than this cannot reach a score worth a look. */
const SHARE_MIN = 0.45
/** How far words of a listed spelling that nothing asked for push it back in the queue. */
const SURPLUS = 0.2
const SPLIT_LENGTH_MIN = 5

export type Candidates = {
  /** Spellings in the index, most promising first. */
  spellings: number[]
  /** Similarities already known: of a queried word to words of the lists. */
  known: Map<Token, Map<Token, number>>
  /** How telling it is that a queried word found one at least this similar: bits against the chance that a listed name holds one. */
  bits: (queried: Token, similarity: number) => number
}

type Step = { similarity: number; bits: number }

// Scratch space, all zero between calls: a look-up that allocated it anew would spend its time on that.
let share = new Float32Array(0)
let best = new Float32Array(0)

/** The listed spellings that share enough with a queried one to be compared word by word. */
export function rankCandidates(index: ScreeningIndex, spelling: PreparedSpelling, most = CANDIDATES_MAX): Candidates {
  if (share.length < index.spellings.length) {
    share = new Float32Array(index.spellings.length)
    best = new Float32Array(index.spellings.length)
  }
  const known = new Map<Token, Map<Token, number>>()
  const steps = new Map<Token, Step[]>()
  const touched: number[] = []
  const compare = latinComparison(...(spelling.table === 'original' ? [] : [spelling]))
  let total = 0
  for (const token of new Set(spelling.tokens)) {
    if (token.role === 'legal_form' || token.role === 'honorific' || token.role === 'particle') continue
    const found = findWords(index, token, compare)
    known.set(token, new Map(found.map(({ word, similarity }) => [index.vocabulary[word] as Token, similarity])))
    steps.set(token, stepsOf(index, found))
    total += weightOf(token)
    addShares(index, found, weightOf(token), touched)
  }
  for (const { tokens, parts } of joinsAndSplits(index, spelling)) {
    for (const part of parts)
      addShares(index, [{ word: part, similarity: 1 }], sumWeights(tokens) / parts.length, touched)
  }
  const spellings = rankPlaces(index, touched, total).slice(0, most)
  for (const place of touched) share[place] = 0
  const mostBits = Math.log2(index.spellings.length + 1)
  return {
    ...{ spellings, known },
    bits: (queried, similarity) =>
      steps.get(queried)?.find((step) => step.similarity <= similarity + 1e-6)?.bits ?? mostBits,
  }
}

function rankPlaces(index: ScreeningIndex, touched: readonly number[], total: number): number[] {
  const enough = touched.filter((place) => (share[place] ?? 0) >= SHARE_MIN * total)
  const ranks = new Map(
    enough.map((place) => [
      place,
      (share[place] ?? 0) * (1 + SURPLUS) - SURPLUS * (index.spellings[place]?.weight ?? 0),
    ]),
  )
  return enough.sort((left, right) => (ranks.get(right) ?? 0) - (ranks.get(left) ?? 0))
}

/** Adds a word's weight to each spelling it was found in, once, by its most similar word there. */
function addShares(index: ScreeningIndex, found: readonly FoundWord[], weight: number, touched: number[]): void {
  const reached: number[] = []
  for (const { word, similarity } of found) {
    for (const place of index.postings[word] ?? []) {
      if (best[place] !== 0) continue
      best[place] = similarity
      reached.push(place)
    }
  }
  for (const place of reached) {
    if (share[place] === 0) touched.push(place)
    share[place] = (share[place] ?? 0) + weight * (best[place] ?? 0)
    best[place] = 0
  }
}

/** Bits fall as less similar words are let in: each step counts the spellings that hold any word found up to there. */
function stepsOf(index: ScreeningIndex, found: readonly FoundWord[]): Step[] {
  const steps: Step[] = []
  let count = 0
  for (const { word, similarity } of found) {
    count += index.postings[word]?.length ?? 0
    const bits = Math.max(0, Math.log2((index.spellings.length + 1) / Math.max(1, count)))
    const last = steps.at(-1)
    if (last && last.similarity === similarity) last.bits = bits
    else steps.push({ similarity, bits })
  }
  return steps
}

/** Words written together that the lists write apart, and the other way round. */
function* joinsAndSplits(
  index: ScreeningIndex,
  { tokens, isConsonantal }: PreparedSpelling,
): Generator<{ tokens: Token[]; parts: number[] }> {
  if (isConsonantal) return
  for (const [at, token] of tokens.entries()) {
    for (const size of [2, 3]) {
      const run = tokens.slice(at, at + size)
      const word = run.length === size ? index.wordOf.get(joinTokens(run).text) : undefined
      if (word !== undefined) yield { tokens: run, parts: [word] }
    }
    if (token.text.length < SPLIT_LENGTH_MIN || index.wordOf.has(token.text)) continue
    for (let cut = 2; cut <= token.text.length - 2; cut += 1) {
      const [first, second] = [index.wordOf.get(token.text.slice(0, cut)), index.wordOf.get(token.text.slice(cut))]
      if (first !== undefined && second !== undefined) yield { tokens: [token], parts: [first, second] }
    }
  }
}
