import type { Alignment } from './align-tokens.ts'
import type { PreparedSpelling, Token } from './prepare-name.ts'
import type { MatchReason } from './types.ts'

/** One spelling laid beside another, and what that is worth, 0 to 1. */
export type Comparison = { score: number; alignment: Alignment; queried: PreparedSpelling; listed: PreparedSpelling }

const textOf = (tokens: readonly Token[]) => tokens.map(({ text }) => text).join(' ')

/** Why two names scored as they did, word by word. */
export function explainAlignment({ alignment, queried, listed }: Comparison): MatchReason[] {
  const reasons: MatchReason[] = alignment.pairs.map(({ queried: one, listed: other, similarity }) => ({
    ...{
      type: 'token_aligned' as const,
      queried: textOf(one),
      listed: textOf(other),
      similarity: Math.round(similarity * 100) / 100,
    },
  }))
  for (const { text } of alignment.queriedLeft) reasons.push({ type: 'token_unmatched', side: 'queried', token: text })
  for (const { text } of alignment.listedLeft) reasons.push({ type: 'token_unmatched', side: 'listed', token: text })
  if (queried.table === 'original' && listed.table === 'original') {
    return queried.script === 'Latin' ? reasons : [...reasons, { type: 'same_script', script: queried.script }]
  }
  const isKmu = queried.table === 'kmu_2010' || listed.table === 'kmu_2010'
  return [
    ...reasons,
    {
      type: 'transliterated',
      table: isKmu ? 'kmu_2010' : 'any_ascii',
      queried: textOf(queried.tokens),
      listed: textOf(listed.tokens),
    },
  ]
}
