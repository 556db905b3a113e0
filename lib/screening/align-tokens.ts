import { joinTokens, type Token } from './prepare-name.ts'

/** Words of both names side by side. More than one on a side: written together there, apart here. */
export type Pair = { queried: Token[]; listed: Token[]; similarity: number }
export type Alignment = { pairs: Pair[]; queriedLeft: Token[]; listedLeft: Token[] }
export type Compare = (one: Token, other: Token) => number

const SIMILARITY_MIN = 0.6
const JOINED_MIN = 0.8
const INITIAL_SIMILARITY = 0.8
const RUN_MAX = 3
const JOINED_LENGTH_DIFFERENCE_MAX = 3

type Side = { tokens: readonly Token[]; used: boolean[] }

/**
 * Lays the words of two names side by side, best pairs first, in any order; then words left over on one side that, written together, are one
 * left over on the other ("van der Bilt", "Vanderbilt"), and initials ("J. C.", "JC", "Jean-Claude").
 */
export function alignTokens(
  queriedTokens: readonly Token[],
  listedTokens: readonly Token[],
  compare: Compare,
): Alignment {
  const queried: Side = { tokens: queriedTokens, used: queriedTokens.map(() => false) }
  const listed: Side = { tokens: listedTokens, used: listedTokens.map(() => false) }
  const cells = rankCells(queriedTokens, listedTokens, compare)
  const pairs = pairCells(cells, queried, listed, JOINED_MIN)
  const isOpen = () => queried.used.includes(false) && listed.used.includes(false)
  if (isOpen()) {
    for (const { run, word, similarity } of pairRuns(queried, listed, compare))
      pairs.push({ queried: run, listed: [word], similarity })
    for (const { run, word, similarity } of pairRuns(listed, queried, compare))
      pairs.push({ queried: [word], listed: run, similarity })
  }
  if (isOpen()) pairs.push(...pairCells(cells, queried, listed, SIMILARITY_MIN))
  return { pairs, queriedLeft: leftOf(queried), listedLeft: leftOf(listed) }
}

function leftOf({ tokens, used }: Side): Token[] {
  return tokens.filter((_, place) => !used[place])
}

type Cell = { i: number; j: number; one: Token; other: Token; similarity: number }

function rankCells(queried: readonly Token[], listed: readonly Token[], compare: Compare): Cell[] {
  const cells: Cell[] = []
  queried.forEach((one, i) => {
    listed.forEach((other, j) => {
      const similarity = isInitialOf(one, other) ? INITIAL_SIMILARITY : compare(one, other)
      if (similarity >= SIMILARITY_MIN) cells.push({ i, j, one, other, similarity })
    })
  })
  // Of two equal words the one at the same place is taken, so that a doubled name does not tear the rest apart.
  return cells.sort((a, b) => b.similarity - a.similarity || Math.abs(a.i - a.j) - Math.abs(b.i - b.j))
}

function pairCells(cells: readonly Cell[], queried: Side, listed: Side, similarityMin: number): Pair[] {
  const pairs: Pair[] = []
  for (const { i, j, one, other, similarity } of cells) {
    if (similarity < similarityMin) break
    if (queried.used[i] || listed.used[j]) continue
    queried.used[i] = true
    listed.used[j] = true
    pairs.push({ queried: [one], listed: [other], similarity })
  }
  return pairs
}

function isInitialOf(one: Token, other: Token): boolean {
  if (one.text.length > 1 && other.text.length > 1) return false
  return (
    one.text[0] === other.text[0] && one.text !== other.text && (one.role === 'initial' || other.role === 'initial')
  )
}

/** Runs of neighbours left over on one side that are one word left over on the other. */
function pairRuns(runs: Side, words: Side, compare: Compare): { run: Token[]; word: Token; similarity: number }[] {
  const found: { run: Token[]; word: Token; similarity: number }[] = []
  words.tokens.forEach((word, place) => {
    if (words.used[place] || word.text.length < 2) return
    const best = bestRun(runs, word, compare)
    if (!best) return
    words.used[place] = true
    for (let at = best.start; at < best.start + best.run.length; at += 1) runs.used[at] = true
    found.push({ run: best.run, word, similarity: best.similarity })
  })
  return found
}

function bestRun({ tokens, used }: Side, word: Token, compare: Compare) {
  let best: { run: Token[]; start: number; similarity: number } | undefined
  for (let start = 0; start < tokens.length - 1; start += 1) {
    for (
      let end = start + 2;
      end <= Math.min(tokens.length, start + RUN_MAX) && !used[start] && !used[end - 1];
      end += 1
    ) {
      const run = tokens.slice(start, end)
      const similarity = Math.max(
        compareJoined(run, word, compare),
        initialsOf(run) === word.text ? INITIAL_SIMILARITY : 0,
      )
      if (similarity >= JOINED_MIN && similarity > (best?.similarity ?? 0)) best = { run, start, similarity }
    }
  }
  return best
}

/** Backwards too: lists write the family name first, and who runs words together does not. */
function compareJoined(run: Token[], word: Token, compare: Compare): number {
  const length = run.reduce((sum, { text }) => sum + text.length, 0)
  if (Math.abs(length - word.text.length) > JOINED_LENGTH_DIFFERENCE_MAX) return 0
  return Math.max(compare(joinTokens(run), word), compare(joinTokens(run.toReversed()), word))
}

function initialsOf(run: Token[]): string {
  return run.map(({ text }) => text[0] ?? '').join('')
}
