/** How sure a list is of a name: its own, a good or a poor alias, or the name in its own letters. */
export type ListedNameKind = 'primary' | 'strong' | 'weak' | 'original_script'

export type PartyKind = 'person' | 'organization' | 'vessel' | 'aircraft' | 'other'

/** Whose list it is. The demonstration's is invented, so that a first start can show what a hit is. */
export type ListSource = 'ofac' | 'un' | 'eu' | 'uk' | 'opensanctions' | 'demonstration'

/** One party on one list, as an importer reads it. */
export type ListedEntry = {
  /** Unique in an index; a match gives it back. */
  partyId: string
  source: string
  /** The list's own number of the party. */
  externalId: string
  kind: PartyKind
  names: { name: string; kind: ListedNameKind }[]
  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; a span of years is one entry a year. */
  birthDates: string[]
  /** ISO 3166 codes or names of countries as the list writes them. */
  countries: string[]
  identifiers: { type: string; value: string }[]
}

/** What is known of somebody who is asked for. Only the name is needed. */
export type NameQuery = {
  name: string
  kind?: PartyKind
  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
  birthDate?: string
  country?: string
  identifiers?: { type?: string; value: string }[]
}

export type MatchReason =
  /** Words of both names that were laid side by side; `similarity` is 0 to 1. */
  | { type: 'token_aligned'; queried: string; listed: string; similarity: number }
  | { type: 'token_unmatched'; side: 'queried' | 'listed'; token: string }
  /** The names are in different scripts, or were compared in another spelling than the one given. */
  | { type: 'transliterated'; table: 'any_ascii' | 'kmu_2010'; queried: string; listed: string }
  | { type: 'same_script'; script: string }
  | { type: 'weak_alias' }
  | { type: 'identifier_equal'; identifierType: string; value: string }
  | { type: 'birth_date_agrees'; queried: string; listed: string }
  | { type: 'birth_date_differs'; queried: string; listed: string[] }
  | { type: 'country_agrees'; country: string }
  | { type: 'kind_differs'; queried: PartyKind; listed: PartyKind }

export type Match = {
  partyId: string
  source: string
  externalId: string
  /** The listed name that scored best, as the list writes it. */
  matchedName: string
  /** 0 to 1; a person reviews from 0.70. */
  score: number
  reasons: MatchReason[]
  /** True when an identifier is equal: no review of names can wave this through. */
  blocks: boolean
}

/** `unsupportedScripts` names writing systems of the query that cannot be compared: without it, no match would read as "clear". */
export type ScreeningAnswer = { matches: Match[]; unsupportedScripts: string[] }

/** One party as an importer reads it from a publisher's file, with what the record keeps beside the names. */
export type ParsedParty = ListedEntry & { programs: string[]; remarks: string | null }

/** A publisher's file or files, whole. `rowCount` counts rows of data, in all files together. */
export type ParsedList = {
  parties: ParsedParty[]
  rowCount: number
  /** The publisher's own date, where the files say it. */
  publishedAt: Date | null
}
