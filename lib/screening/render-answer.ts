import { describeReasons } from './describe-reasons.ts'
import type { OpenList } from './open-lists.ts'
import { PUBLISHERS } from './parse-list.ts'
import type { Match, NameQuery, ScreeningAnswer } from './types.ts'

const DAY_MS = 86_400_000

/** What a person at a terminal reads: the lists and their ages, then each match with what speaks for and against it. */
export function renderAnswer(query: NameQuery, lists: readonly OpenList[], answer: ScreeningAnswer, at: Date): string {
  const { matches, unsupportedScripts } = answer
  const lines = ['Lists:', ...lists.map((list) => `  ${describeList(list, at)}`), '']
  if (unsupportedScripts.length > 0) {
    lines.push(`NOT COMPARED: this name has letters we cannot read (${unsupportedScripts.join(', ')}).`)
    lines.push('Ask again with the name in Latin letters. Nothing below means that the name is clear.', '')
  }
  if (matches.length === 0) lines.push(`Nobody on these lists is like "${query.name}", from 70 % on.`)
  else {
    const count = matches.length === 1 ? 'One entry of these lists is' : `${matches.length} entries of these lists are`
    lines.push(`${count} like "${query.name}":`)
    for (const [place, match] of matches.entries()) lines.push('', ...describeMatch(match, place + 1))
  }
  return `${lines.join('\n')}\n`
}

function describeList({ source, parties, names, publishedAt, readAt }: OpenList, at: Date): string {
  const since = publishedAt ?? readAt
  const days = Math.max(0, Math.floor((at.getTime() - since.getTime()) / DAY_MS))
  const age = days === 0 ? 'less than a day old' : `${days} ${days === 1 ? 'day' : 'days'} old`
  const dated = `${publishedAt ? 'published' : 'brought in'} ${since.toISOString().slice(0, 10)}`
  return `${PUBLISHERS[source]}: ${parties.toLocaleString('en')} parties, ${names.toLocaleString('en')} names, ${dated}, ${age}`
}

function describeMatch(match: Match, place: number): string[] {
  const words = describeReasons(match.reasons)
  const score = `${Math.round(match.score * 100)} %`
  return [
    `${String(place).padStart(3)}. ${score.padStart(5)}  ${match.matchedName}`,
    `            ${match.source.toUpperCase()} ${match.externalId}${match.blocks ? '  EQUAL IDENTIFIER' : ''}`,
    ...words.for.map((line) => `            + ${line}`),
    ...words.against.map((line) => `            - ${line}`),
  ]
}
