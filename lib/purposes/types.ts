/** Everything that can stop an aid group's approval or money on its way. The public counter knows these names, no others. */
export const gates = [
  'approved',
  'part_ended',
  'expired',
  'screening_age',
  'screening_list',
  'screening_hit',
  'cap',
  'funds',
  'restriction',
  'agreement',
  'evidence_overdue',
  'separation',
  'bank_account',
  'bank_cooling_off',
  'region',
  'end_use',
  'prohibited_purpose',
  'dual_use_review',
] as const
export type Gate = (typeof gates)[number]

/** At which step the gate said no. */
export type RefusalStage = 'request' | 'approval' | 'release' | 'campaign' | 'application'

/** The languages that the list is written in. A text is read in all of them. */
export const wordLanguages = ['en', 'uk', 'ru', 'es'] as const
export type WordLanguage = (typeof wordLanguages)[number]

/** Refused; looked at by another person; or a phrase whose words are not meant that way. */
export const wordKinds = ['prohibited', 'dual_use', 'harmless'] as const
export type WordKind = (typeof wordKinds)[number]

/** A word of the list in a text. */
export type Finding = {
  wordId: string
  language: WordLanguage
  kind: Exclude<WordKind, 'harmless'>
  /** The entry of the list, as its author typed it. */
  word: string
  category: string
  /** What stands in the text. */
  found: string
  /** Which of the texts, counted from 0. */
  text: number
  /** Where in that text, in characters from 0. */
  at: number
}

export type WordView = {
  id: string
  language: WordLanguage
  kind: WordKind
  word: string
  category: string
  minKilowatts: number | null
  /** A name; null for what came with the program. */
  addedBy: string | null
  addedAt: Date
  reason: string | null
  retired: { at: Date; by: string; reason: string } | null
}

export type WordChangeView = {
  id: string
  at: Date
  /** A name; null for what came with the program. */
  by: string | null
  change: 'added' | 'retired'
  word: string
  language: WordLanguage
  kind: WordKind
  reason: string | null
}

/** What another person decided about the dual-use words of one version of a disbursement. */
export type PurposeReviewView = {
  version: number
  verdict: 'allowed' | 'refused'
  /** The entries of the list that it was about. */
  wordIds: string[]
  words: string[]
  reason: string
  by: string
  at: Date
}

/** A disbursement whose dual-use words wait for somebody, or were decided about. */
export type PurposeCase = {
  disbursementId: string
  number: number
  version: number
  chapterId: string
  campaignTitle: string
  aidGroupName: string
  requestedById: string
  requestedBy: string
  requestedAt: Date
  /** `requested` alone can be reviewed. */
  status: string
  /** The purpose first, then the lines in order; a finding's `text` points here. */
  texts: string[]
  findings: Finding[]
  /** The review of this version, if there is one. */
  review: PurposeReviewView | null
}

/** The case as one person sees it: `refusal` says why they may not decide, null when they may. */
export type PurposeForDesk = PurposeCase & { refusal: string | null }

/** How often a gate said no in a year. */
export type RefusalCount = { year: number; gate: Gate; count: number }
