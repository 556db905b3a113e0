import type { MatchReason, PartyKind } from './types.ts'

const KIND_WORDS: Record<PartyKind, string> = {
  person: 'a person',
  organization: 'an organization',
  vessel: 'a ship',
  aircraft: 'an aircraft',
  other: 'of no known kind',
}

const TABLES = { any_ascii: 'letter by letter', kmu_2010: "by Ukraine's passport rule" } as const
const IDENTIFIERS: Record<string, string> = {
  ...{
    passport: 'passport number',
    national_id: 'identity number',
    tax: 'tax number',
    registration: 'registration number',
  },
  ...{
    vessel: 'ship number',
    aircraft: 'aircraft number',
    bic: 'bank code',
    wallet: 'wallet address',
    call_sign: 'call sign',
  },
}

const percent = (share: number) => `${Math.round(share * 100)} %`
const quoted = (text: string) => `“${text}”`

type ReasonWords = { for: string[]; against: string[] }

/** What speaks for the same party and what against it, in sentences for pages and terminals. */
export function describeReasons(reasons: readonly MatchReason[]): ReasonWords {
  const group: ReasonWords = { for: [], against: [] }
  const unmatched = { queried: [] as string[], listed: [] as string[] }
  for (const reason of reasons) {
    if (reason.type === 'token_unmatched') unmatched[reason.side].push(reason.token)
    else describeReason(reason, group)
  }
  if (unmatched.queried.length > 0) {
    group.against.push(`Not in the listed name: ${unmatched.queried.map(quoted).join(', ')}`)
  }
  if (unmatched.listed.length > 0) {
    group.against.push(`Only in the listed name: ${unmatched.listed.map(quoted).join(', ')}`)
  }
  return group
}

function describeReason(reason: Exclude<MatchReason, { type: 'token_unmatched' }>, group: ReasonWords): void {
  switch (reason.type) {
    case 'token_aligned':
      group.for.push(
        reason.similarity >= 0.995
          ? `${quoted(reason.queried)} is in both names`
          : `${quoted(reason.queried)} is ${percent(reason.similarity)} like ${quoted(reason.listed)}`,
      )
      return
    case 'transliterated':
      group.for.push(`Compared in Latin letters, written ${TABLES[reason.table]}: ${quoted(reason.queried)}`)
      return
    case 'same_script':
      group.for.push(`Compared in its own letters (${reason.script})`)
      return
    case 'weak_alias':
      group.against.push('The list itself calls this other name a weak one')
      return
    case 'identifier_equal':
      group.for.push(`The same ${IDENTIFIERS[reason.identifierType] ?? 'number'}: ${reason.value}`)
      return
    case 'birth_date_agrees':
      group.for.push(`Born ${reason.queried}; the list says ${reason.listed}`)
      return
    case 'birth_date_differs':
      group.against.push(`Born ${reason.queried}; the list says ${reason.listed.join(', ')}. A date alone never clears`)
      return
    case 'country_agrees':
      group.for.push(`The same country: ${reason.country}`)
      return
    case 'kind_differs':
      group.against.push(`Asked for ${KIND_WORDS[reason.queried]}; the list has ${KIND_WORDS[reason.listed]}`)
  }
}
