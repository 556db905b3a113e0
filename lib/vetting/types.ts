export type AidGroupStatus =
  | 'draft'
  | 'submitted'
  | 'screening'
  | 'in_review'
  | 'info_requested'
  | 'pending_second_approval'
  | 'approved'
  | 'approved_with_conditions'
  | 'rejected'
  | 'expiring'
  | 'expired'
  | 'suspended'
  | 'rescreen_hit'
  | 'withdrawn'

export type RiskTier = 'low' | 'medium' | 'high'

/** What may happen to an aid group; `states.ts` says when. */
export type AidGroupEvent =
  | 'submit'
  | 'screen'
  | 'start_review'
  | 'request_info'
  | 'answer_info'
  | 'recommend'
  | 'send_back'
  | 'approve'
  | 'approve_with_conditions'
  | 'reject'
  | 'mark_expiring'
  | 'expire'
  | 'renew'
  | 'void_approval'
  | 'suspend'
  | 'hit'
  | 'reinstate'
  | 'withdraw'

/** What the rules need to know of an aid group. */
export type AidGroupFacts = {
  id: string
  chapterId: string
  status: AidGroupStatus
  nominatedById: string | null
  reviewedById: string | null
  approvedUntil: Date | null
  /** Ids of those who worked towards the approval that is being sought: they may not give it. */
  workedOnByIds: readonly string[]
}

/** Why somebody may not do something: an error's code, and the sentence a page shows in the place of the button. */
export type Refusal = { code: 'forbidden' | 'wrong_state' | 'segregation_of_duties' | 'not_found'; message: string }

type AidGroupChangeView = {
  id: string
  from: AidGroupStatus
  to: AidGroupStatus
  reason: string | null
  /** The person's name, or what program of ours it was. */
  by: string
  at: Date
}

/** One line of the desk's queue. */
export type AidGroupRow = {
  id: string
  name: string
  country: string
  region: string
  status: AidGroupStatus
  riskTier: RiskTier | null
  approvedUntil: Date | null
  chapterName: string
  /** When it came into its present state. */
  since: Date
}

/** Everything of an aid group that its chapter's people may see. */
export type AidGroupForDesk = AidGroupFacts &
  AidGroupRow & {
    slug: string
    publicAlias: string | null
    /** So many days after its release a payment to it becomes public. */
    publishAfterDays: number
    legalName: string | null
    summary: string
    conditions: string | null
    statusReason: string | null
    approvedAt: Date | null
    nominatedBy: string | null
    reviewedBy: string | null
    approvedBy: string | null
    payable: boolean
    changes: AidGroupChangeView[]
  }

/** What anyone may see. `name` is the alias where there is one; never the legal name, the place, or people. */
export type PublicAidGroup = {
  id: string
  slug: string
  name: string
  summary: string
  country: string
  status: 'approved' | 'paused' | 'ended'
  vettedSince: Date | null
  approvedUntil: Date | null
  conditions: boolean
  chapterName: string
  campaigns: { slug: string; title: string; summary: string; status: 'live' | 'paused' | 'closed' | 'settled' }[]
}

/** An aid group an organizer may choose, or the reason why not. */
export type AidGroupChoice = { id: string; name: string; summary: string; unavailable: string | null }

/** The parts of a dossier in the order an aid group fills them in. People, bank account, references have tables of their own. */
export const sectionKinds = [
  'identity',
  'registration',
  'governance',
  'past_work',
  'delivery',
  'end_use',
  'safeguarding',
  'conflicts',
  'agreement',
] as const
export type SectionKind = (typeof sectionKinds)[number]

/** Computed at each save: nothing is missing and nothing is wrong. */
type Saved = { complete: boolean }
type Signature = {
  signedName: string
  signedRole: string
  /** A day. */
  signedOn: string
}

/**
 * What `dossier_section.data` holds. Every field is always there: text that is missing is '', a question that was not
 * answered is null, and what is wrong is kept as it was typed while `complete` is false. Days are 2026-11-23, countries
 * ISO 3166-1 alpha-2, areas ISO 3166-2 or one of ours (lib/vetting/match-area.ts).
 */
export type SectionData = {
  identity: Saved & {
    legalName: string
    legalNameLatin: string
    otherNames: string[]
    /** What the group does, in two or three sentences: the only words of it that become public. */
    summary: string
    country: string
    region: string
    /** Never public. */
    address: string
    website: string
    contactName: string
    contactEmail: string
    contactPhone: string
    foundedOn: string
  }
  registration: Saved & { number: string; register: string; country: string; registeredOn: string }
  governance: Saved & {
    governingDocumentDated: string
    hasDissolutionClause: boolean | null
    dissolutionClauseText: string
    /** A charity or a foundation belongs to nobody; otherwise its owners are among the people. */
    hasNoOwners: boolean | null
  }
  past_work: Saved & {
    summary: string
    examples: { what: string; when: string; where: string; amount: string; partner: string }[]
  }
  delivery: Saved & {
    countries: string[]
    regions: { name: string; areaCode: string }[]
    /** Of the closed taxonomy, as the database names them. */
    categories: string[]
    intermediaries: string
    /** The licence somebody believes covers an embargoed area; a reviewer decides. */
    licenceBasis: string
  }
  end_use: Saved &
    Signature & {
      statementVersion: string
      statementSha256: string
      /** null until it is said; with true there is at least one item. */
      hasDualUse: boolean | null
      dualUseItems: DualUseItem[]
      dualUseDetails: string
    }
  safeguarding: Saved & { hasPolicy: boolean | null; policySummary: string; contact: string }
  conflicts: Saved & { none: boolean | null; declarations: { person: string; interest: string }[] }
  agreement: Saved & Signature & { agreementVersion: string; agreementSha256: string }
}

/** What aid may be: the closed taxonomy, as the database has it. Anything else, weapons above all, cannot be written down. */
export const aidCategories = [
  'food',
  'health',
  'shelter',
  'water',
  'evacuation',
  'power',
  'communications',
  'protection',
  'education',
] as const

export const dualUseItems = ['body_armour', 'drones', 'optics', 'vehicles', 'generators', 'radio'] as const
type DualUseItem = (typeof dualUseItems)[number]

export const personRoles = ['controller', 'owner', 'signatory'] as const
export type PersonRole = (typeof personRoles)[number]

export const documentKinds = [
  'registration',
  'governing_document',
  'identity_of_person',
  'bank_letter',
  'past_work',
  'end_use_statement',
  'safeguarding_policy',
  'agreement',
  'licence',
  'other',
] as const
export type DocumentKind = (typeof documentKinds)[number]

/** The steps of an application, in their order: the sections, and what has tables of its own. */
export const parts = [
  ...(['identity', 'registration', 'governance', 'people', 'bank', 'past_work', 'references', 'delivery'] as const),
  ...(['safeguarding', 'conflicts', 'documents', 'end_use', 'agreement'] as const),
] as const
export type Part = (typeof parts)[number]

/** What decides who may write a dossier now. The link's facts are those of the applicant who asks. */
export type WritingFacts = {
  id: string
  chapterId: string
  status: AidGroupStatus
  round: number
  isLinkOpen: boolean
  isRoundSubmitted: boolean
  /** The sections open questions are about; null is all of them. */
  openRequests: (SectionKind | null)[]
}

/** The languages of the application, its mails and its statements. */
export const locales = ['en', 'uk'] as const
export type Locale = (typeof locales)[number]
