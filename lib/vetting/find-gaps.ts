import { checkSection, type ProblemCode } from './check-section.ts'
import { digestOf } from './collect-dossier.ts'
import type { Dossier } from './read-dossier.ts'
import { type DocumentKind, type Part, parts, type SectionKind, sectionKinds } from './types.ts'

type GapCode =
  | ProblemCode
  | 'not_begun'
  | 'unconfirmed'
  | 'controller'
  | 'owner'
  | 'signatory'
  | 'account'
  | 'two_references'
  | 'document'

/** One thing that is missing. `field` is a field of the section, or the kind of a document. */
export type Gap = { part: Part; field: string; problem: GapCode }
export type PartState = 'empty' | 'partial' | 'complete' | 'unconfirmed'

/** What a later round has to hold beside the dossier: when it began, and what was said to be still right. */
export type RoundFacts = {
  round: number
  beganAt: Date
  confirmed: { part: string; digest: string }[]
  /** Whether mail to the contact reaches somebody who works for a chapter: no link is mailed to them. */
  isContactStaff: boolean
}

const isSection = (part: Part): part is SectionKind => (sectionKinds as readonly string[]).includes(part)

/** Everything that keeps an application from being sent in, in the order of its steps; empty when it is whole. */
export function findGaps(dossier: Dossier, facts: RoundFacts): Gap[] {
  return parts.flatMap((part) => {
    const gaps = isSection(part) ? sectionGaps(dossier, part, facts) : tableGaps(dossier, part)
    if (gaps.length > 0 || facts.round === 1 || isFresh(dossier, part, facts)) return gaps
    return [{ part, field: '', problem: 'unconfirmed' as const }]
  })
}

/** How far each step is. */
export function partStates(dossier: Dossier, gaps: readonly Gap[]): Record<Part, PartState> {
  const states = parts.map((part): [Part, PartState] => {
    const own = gaps.filter((gap) => gap.part === part)
    if (own.length === 0) return [part, 'complete']
    if (own.some(({ problem }) => problem === 'unconfirmed')) return [part, 'unconfirmed']
    return [part, isEmpty(dossier, part) ? 'empty' : 'partial']
  })
  return Object.fromEntries(states) as Record<Part, PartState>
}

/** What a part is now, in 64 hex digits: a confirmation is worth as much as what was confirmed stays the same. */
export function partDigest(dossier: Dossier, part: Part): string {
  if (isSection(part)) return dossier.sections[part]?.digest ?? digestOf(null)
  if (part === 'bank') return digestOf(dossier.bankAccount?.fingerprint ?? null)
  return digestOf(dossier[part].map(({ id }) => id))
}

function sectionGaps(dossier: Dossier, part: SectionKind, { isContactStaff }: RoundFacts): Gap[] {
  const section = dossier.sections[part]
  if (!section) return [{ part, field: '', problem: 'not_begun' }]
  const gaps = Object.entries(checkSection(part, section.data)).map(([field, problem]) => ({ part, field, problem }))
  if (part !== 'identity' || !isContactStaff || gaps.some(({ field }) => field === 'contactEmail')) return gaps
  return [...gaps, { part, field: 'contactEmail', problem: 'contact_staff' }]
}

function tableGaps(dossier: Dossier, part: Exclude<Part, SectionKind>): Gap[] {
  if (part === 'people') return peopleGaps(dossier)
  if (part === 'bank') return bankGaps(dossier)
  if (part === 'references') {
    return dossier.references.length >= 2 ? [] : [{ part, field: '', problem: 'two_references' }]
  }
  const needed: DocumentKind[] = ['registration', 'governing_document', 'past_work']
  if (dossier.sections.safeguarding?.data.hasPolicy) needed.push('safeguarding_policy')
  const held = new Set(dossier.documents.map(({ kind }) => kind))
  return needed.filter((kind) => !held.has(kind)).map((field) => ({ part, field, problem: 'document' }))
}

function peopleGaps({ people, sections }: Dossier): Gap[] {
  const held = new Set(people.flatMap(({ roles }) => roles))
  if (sections.governance?.data.hasNoOwners) held.add('owner')
  return (['controller', 'owner', 'signatory'] as const)
    .filter((role) => !held.has(role))
    .map((role) => ({ part: 'people', field: '', problem: role }))
}

/** The account is the organization's own: its holder is one of the names it says it has. */
function bankGaps({ bankAccount, sections }: Dossier): Gap[] {
  if (!bankAccount) return [{ part: 'bank', field: '', problem: 'account' }]
  const identity = sections.identity?.data
  if (!identity) return []
  const names = [identity.legalName, identity.legalNameLatin, ...identity.otherNames].map(bareName)
  return names.includes(bareName(bankAccount.holderName))
    ? []
    : [{ part: 'bank', field: 'holderName', problem: 'holder' }]
}

/** A name as banks and registers both mean it: without quotes, punctuation and case. */
function bareName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Whether the part was written or confirmed in this round. */
function isFresh(dossier: Dossier, part: Part, { beganAt, confirmed }: RoundFacts): boolean {
  const digest = partDigest(dossier, part)
  if (confirmed.some((one) => one.part === part && one.digest === digest)) return true
  if (isSection(part)) return (dossier.sections[part]?.savedAt ?? beganAt) > beganAt
  if (part === 'bank') return (dossier.bankAccount?.enteredAt ?? beganAt) > beganAt
  return dossier[part].some(({ addedAt }) => addedAt > beganAt)
}

function isEmpty(dossier: Dossier, part: Part): boolean {
  if (isSection(part)) return dossier.sections[part] === null
  return part === 'bank' ? dossier.bankAccount === null : dossier[part].length === 0
}
