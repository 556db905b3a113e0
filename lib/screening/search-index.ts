import { type Alignment, alignTokens, type Compare } from './align-tokens.ts'
import { normalizeIdentifier, type ScreeningIndex } from './build-index.ts'
import { compareDetails, countryOf, type Details } from './compare-details.ts'
import { type Comparison, explainAlignment } from './explain-match.ts'
import { normalizeName } from './normalize-name.ts'
import { type PreparedName, type PreparedSpelling, prepareName } from './prepare-name.ts'
import { type Candidates, rankCandidates } from './rank-candidates.ts'
import { comparePrepared, comparisonOf, isTelling, scoreAlignment } from './score-names.ts'
import { listUnsupportedScripts } from './transliterate-name.ts'
import type { Match, NameQuery, ScreeningAnswer } from './types.ts'

/** A name of 0.70 and more goes to a person. */
const REVIEW_FROM = 0.7
const LIMIT = 20

/** A person asked for and a ship found: named alike, they are still worth a look. */
const OTHER_KIND = 0.85
/** Another birth year counts what a name lacks twice, and takes this much of a name that lacks nothing; it never takes that below review. */
const OTHER_BIRTH_YEAR = 0.05

type Found = { party: number; name: number; score: number; comparison: Comparison | undefined; details: Details }

/**
 * Everybody on the lists who may be meant, best first: from `threshold` on (0.70), at most `limit` (20) of the 80 spellings that share most with the
 * name; `limit` Infinity looks at every spelling that shares enough and leaves nobody out. An equal
 * identifier is always among them and blocks. Pure and without waiting; about a millisecond or two for 30,000 names.
 */
export function searchIndex(
  index: ScreeningIndex,
  query: NameQuery,
  options: { threshold?: number; limit?: number } = {},
): ScreeningAnswer {
  const { threshold = REVIEW_FROM, limit = LIMIT } = options
  const prepared = prepareName(query.name)
  const byParty = new Map<number, Found>()
  for (const found of [...findIdentified(index, query, prepared), ...findNamed(index, query, prepared, limit)]) {
    const best = byParty.get(found.party)
    const isBetter = !best || (found.score > best.score && !best.details.isIdentified)
    if ((found.score >= threshold || found.details.isIdentified) && isBetter) byParty.set(found.party, found)
  }
  const ranked = [...byParty.values()].sort(
    (left, right) => Number(right.details.isIdentified) - Number(left.details.isIdentified) || right.score - left.score,
  )
  return {
    matches: ranked.slice(0, limit).map((found) => toMatch(index, query, found)),
    unsupportedScripts: unsupportedIn(query, prepared),
  }
}

function* findIdentified(index: ScreeningIndex, query: NameQuery, prepared: PreparedName): Generator<Found> {
  for (const { value } of query.identifiers ?? []) {
    for (const { party } of index.partiesByIdentifier.get(normalizeIdentifier(value)) ?? []) {
      const entry = index.parties[party]
      const name = index.names.findIndex((one) => one.party === party)
      if (!entry) continue
      const listed = index.names[name]?.prepared
      const comparison = listed && comparePrepared(prepared, listed, query.kind ?? entry.kind)
      yield { party, name, score: 1, comparison, details: compareDetails(query, entry) }
    }
  }
}

function* findNamed(index: ScreeningIndex, query: NameQuery, prepared: PreparedName, limit: number): Generator<Found> {
  for (const queried of prepared.spellings) {
    const candidates = rankCandidates(index, queried, limit === Infinity ? limit : undefined)
    for (const place of candidates.spellings) {
      const found = judgeCandidate(index, { query, queried, candidates, place })
      if (found) yield found
    }
  }
}

type Candidate = { query: NameQuery; queried: PreparedSpelling; candidates: Candidates; place: number }

function judgeCandidate(index: ScreeningIndex, { query, queried, candidates, place }: Candidate): Found | undefined {
  const spelling = index.spellings[place]
  const party = spelling && index.names[spelling.name]?.party
  const entry = party === undefined ? undefined : index.parties[party]
  const compare = spelling && comparisonOf(queried, spelling.spelling)
  if (!spelling || party === undefined || !entry || !compare) return undefined
  const alignment = alignTokens(queried.tokens, spelling.spelling.tokens, remembering(compare, candidates))
  const named = scoreAlignment(alignment, {
    isOrganization: (query.kind ?? entry.kind) !== 'person',
    family: spelling.spelling.family,
    bitsOf: ({ queried: words, similarity }) =>
      words.filter(isTelling).reduce((sum, word) => sum + candidates.bits(word, similarity), 0),
  })
  if (named < REVIEW_FROM / 2) return undefined
  const isOtherKind = query.kind !== undefined && (query.kind === 'person') !== (entry.kind === 'person')
  const details = compareDetails(query, entry)
  const score = withBirthDate(isOtherKind ? named * OTHER_KIND : named, alignment, details)
  return {
    party,
    name: spelling.name,
    score,
    details,
    comparison: { score, alignment, queried, listed: spelling.spelling },
  }
}

/** A birth date alone never clears: with every word of both names paired, a name that goes to review stays there. */
function withBirthDate(score: number, { queriedLeft, listedLeft }: Alignment, { birthDate }: Details): number {
  if (birthDate !== 'differs') return score
  const isWhole = queriedLeft.length + listedLeft.length === 0
  if (isWhole && score >= REVIEW_FROM) return Math.max(REVIEW_FROM, score - OTHER_BIRTH_YEAR)
  return Math.max(0, 1 - (1 - score) * 2)
}

/** Similarities the look-up has worked out, or an earlier candidate has, are not worked out again. */
function remembering(compare: Compare, { known }: Candidates): Compare {
  return (queried, listed) => {
    const similar = known.get(queried)
    const before = similar?.get(listed)
    if (before !== undefined) return before
    const similarity = compare(queried, listed)
    similar?.set(listed, similarity)
    return similarity
  }
}

function toMatch(index: ScreeningIndex, query: NameQuery, { party, name, score, comparison, details }: Found): Match {
  const [entry, listed] = [index.parties[party], index.names[name]]
  if (!entry) throw new RangeError(`No party ${party} in the index`)
  const reasons = [...details.reasons, ...(comparison ? explainAlignment(comparison) : [])]
  if (listed?.kind === 'weak') reasons.push({ type: 'weak_alias' })
  if (query.kind !== undefined && query.kind !== entry.kind)
    reasons.push({ type: 'kind_differs', queried: query.kind, listed: entry.kind })
  const { partyId, source, externalId } = entry
  return { partyId, source, externalId, matchedName: listed?.name ?? '', score, reasons, blocks: details.isIdentified }
}

function unsupportedIn(query: NameQuery, { spellings }: PreparedName): string[] {
  // A name of signs alone was compared with nothing, and that must not read as "clear".
  if (spellings.length === 0) return ['no letters']
  return listUnsupportedScripts(normalizeName(query.name), { isJapanese: countryOf(query.country ?? '') === 'japan' })
}
