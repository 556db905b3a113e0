import { type Alignment, alignTokens, type Compare, type Pair } from './align-tokens.ts'
import { compareSkeletons, compareSyllables, compareTokens } from './compare-tokens.ts'
import { type Comparison, explainAlignment } from './explain-match.ts'
import { type PreparedName, type PreparedSpelling, prepareName, type Token, type TokenRole } from './prepare-name.ts'
import type { MatchReason, PartyKind } from './types.ts'

/** What a word of each role weighs; a name's word weighs more the longer it is, up to seven letters. */
const ROLE_WEIGHT: Readonly<Record<Exclude<TokenRole, 'name'>, number>> = {
  ...{ generic: 0.85, initial: 0.6, number: 0.2, particle: 0.2, honorific: 0.05, legal_form: 0.05 },
}
const SHORTEST_WEIGHT = 0.4
const FULL_LENGTH = 7

/** Words less alike than the first are different words, than the second the same one. */
const SAME_FROM = 0.6
const SAME_FULLY = 0.95

/**
 * What a word without a partner costs of its weight. Left over on one side only, it was left out; left over on both, the names contradict one
 * another, which is what tells brothers apart. Organizations do not leave words out as people do.
 */
const LEFT_OVER = {
  /** Special are family names: who leaves one out has left out more than a second given name. */
  person: { queried: 0.8, listed: 0.25, special: 0.8 },
  /** Special are words like "trading" and "group", which people do leave out. */
  organization: { queried: 0.6, listed: 1.2, special: 0.4 },
  both: 2.4,
  contradiction: 0.1,
} as const

/** Bits of chance at which a match is beyond accident in lists of some 30,000 names; with fewer, what is lacking counts up to 2.5 times. */
const BITS_ENOUGH = 20
/** A name of one word cannot bring more than a rare word's bits; no more is asked of it. */
const BITS_OF_A_RARE_WORD = 10
const DOUBT = 1.5

export type NameScore = { score: number; reasons: MatchReason[] }

/** How likely two names are one person's or organization's, 0 to 1, and why. Without an index no name is known to be rare. */
export function scoreNames(queried: string, listed: string, kind?: PartyKind): NameScore {
  const best = comparePrepared(prepareName(queried), prepareName(listed), kind)
  return best ? { score: best.score, reasons: explainAlignment(best) } : { score: 0, reasons: [] }
}

/** The best of all comparisons that two names' spellings allow; nothing when no word of theirs is alike. */
export function comparePrepared(queried: PreparedName, listed: PreparedName, kind?: PartyKind): Comparison | undefined {
  const isOrganization = kind === undefined ? queried.isOrganization || listed.isOrganization : kind !== 'person'
  let best: Comparison | undefined
  for (const one of queried.spellings) {
    for (const other of listed.spellings) {
      const compare = comparisonOf(one, other)
      if (!compare) continue
      const alignment = alignTokens(one.tokens, other.tokens, compare)
      const score = scoreAlignment(alignment, { isOrganization, family: other.family })
      if (score > (best?.score ?? 0)) best = { score, alignment, queried: one, listed: other }
    }
  }
  return best
}

/** How words of two spellings are compared; nothing when the spellings are not meant for one another. */
export function comparisonOf(queried: PreparedSpelling, listed: PreparedSpelling): Compare | undefined {
  const isSameScript = queried.script === listed.script
  if (queried.table === 'original' && listed.table === 'original') return isSameScript ? compareTokens : undefined
  // Letters of one script tell more than their Latin spellings, except where one script serves languages that spell a name differently.
  if (isSameScript && queried.script !== 'Cyrillic') return undefined
  if ([queried, listed].some(({ script, table }) => script !== 'Latin' && table === 'original')) return undefined
  return latinComparison(queried, listed)
}

/** How words of a spelling are compared with the Latin names of the lists. */
export function latinComparison(...spellings: PreparedSpelling[]): Compare {
  if (spellings.some(({ isSyllabic }) => isSyllabic)) return compareSyllables
  return spellings.some(({ isConsonantal }) => isConsonantal) ? compareSkeletons : compareTokens
}

/** The score of an alignment, 0 to 1. `bitsOf` says how rare it is that a word finds one so similar; without it nothing is in doubt. */
export function scoreAlignment(
  alignment: Alignment,
  {
    isOrganization,
    family,
    bitsOf,
  }: { isOrganization: boolean; family: ReadonlySet<Token>; bitsOf?: (pair: Pair) => number },
): number {
  let [got, all, told, bits] = [0, 0, 0, 0]
  let queriedWords = alignment.queriedLeft.filter(isTelling).length
  for (const pair of alignment.pairs) {
    const weight = Math.max(sumWeights(pair.queried), sumWeights(pair.listed))
    const worth = Math.min(1, Math.max(0, (pair.similarity - SAME_FROM) / (SAME_FULLY - SAME_FROM)))
    got += weight * worth
    all += weight
    const telling = pair.queried.filter(isTelling).length
    queriedWords += telling
    if (telling > 0) told += worth
    bits += bitsOf?.(pair) ?? 0
  }
  // Legal forms, titles and particles alone are no match, however well they agree.
  if (told === 0) return 0
  const cost = isOrganization ? LEFT_OVER.organization : LEFT_OVER.person
  const [queriedLeft, listedLeft] = [sumWeights(alignment.queriedLeft), sumWeights(alignment.listedLeft)]
  const both = Math.min(queriedLeft, listedLeft)
  const listedAlone = listedLeft - both
  const special = alignment.listedLeft.filter((token) =>
    isOrganization ? token.role === 'generic' : family.has(token),
  )
  const specialLeft = Math.min(listedAlone, sumWeights(special))
  all += both * LEFT_OVER.both + (queriedLeft - both) * cost.queried
  all += (listedAlone - specialLeft) * cost.listed + specialLeft * cost.special
  const lack = 1 - got / all + Math.min(1, both) * LEFT_OVER.contradiction
  const bitsAskable = BITS_OF_A_RARE_WORD * queriedWords
  const doubt = bitsOf ? Math.max(0, 1 - bits / Math.min(BITS_ENOUGH, bitsAskable)) : 0
  return Math.max(0, 1 - lack * (1 + DOUBT * doubt))
}

/** What a word counts for among the words of its name. */
export function weightOf({ role, text }: Token): number {
  if (role !== 'name') return ROLE_WEIGHT[role]
  return SHORTEST_WEIGHT + (1 - SHORTEST_WEIGHT) * Math.min(1, text.length / FULL_LENGTH)
}

export function sumWeights(tokens: readonly Token[]): number {
  let sum = 0
  for (const token of tokens) sum += weightOf(token)
  return sum
}

/** Whether a word says who is meant. */
export function isTelling({ role }: Token): boolean {
  return role === 'name' || role === 'generic' || role === 'number'
}
