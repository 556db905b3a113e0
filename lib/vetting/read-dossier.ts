import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import type { AidGroupStatus, DocumentKind, PersonRole, SectionData, SectionKind } from './types.ts'

/** One section as it was last saved. `savedBy` is an actorId. */
type DossierSection<Kind extends SectionKind = SectionKind> = {
  section: Kind
  version: number
  digest: string
  data: SectionData[Kind]
  savedBy: string
  savedAt: Date
}

export type DossierPerson = {
  id: string
  roles: PersonRole[]
  nameOriginal: string
  nameLatin: string
  aliases: string[]
  /** A day, or null. */
  birthDate: Date | null
  nationality: string | null
  country: string | null
  addedBy: string
  addedAt: Date
}

/** The account in force. Its number is never in here: only the last digits. */
type DossierBankAccount = {
  id: string
  holderName: string
  bankName: string
  bankCountry: string
  currency: string
  lastDigits: string
  fingerprint: string
  enteredBy: string
  enteredAt: Date
  verifiedById: string | null
  verifiedAt: Date | null
  verificationMethod: 'call_back' | 'bank_letter' | 'test_transfer' | 'in_person' | null
  verificationNote: string | null
}

/** What somebody who was asked says; free text as they wrote it. */
type ReferenceAnswer = {
  /** How they know the group, in their words. */
  relation: string
  knownSince: string
  workSeen: string
  concerns: string
  /** No family, no money between them. */
  isIndependent: boolean
}

export type DossierReference = {
  id: string
  name: string
  organization: string
  email: string
  relation: string
  addedBy: string
  addedAt: Date
  askedAt: Date | null
  answeredAt: Date | null
  confirms: boolean | null
  answer: ReferenceAnswer | null
  /** What was sent after the first mail, oldest first. */
  mails: { kind: 'first_reminder' | 'second_reminder' | 'again'; sentAt: Date }[]
}

export type DossierDocument = {
  id: string
  kind: DocumentKind
  caption: string
  fileId: string
  fileName: string
  mediaType: string
  byteCount: number
  sha256: string
  addedBy: string
  addedAt: Date
}

export type DossierRequest = {
  id: string
  section: SectionKind | null
  question: string
  askedById: string
  askedAt: Date
  answer: string | null
  answeredBy: string | null
  answeredAt: Date | null
}

/** One link the application was opened with; the token itself is kept nowhere. */
type DossierApplication = {
  id: string
  round: number
  locale: string
  contactEmail: string | null
  invitedById: string | null
  createdAt: Date
  closesAt: Date
  submittedAt: Date | null
  revokedAt: Date | null
  isOpen: boolean
}

/** All an aid group has said of itself, as it stands now. Bank details stay encrypted and outside of it. */
export type Dossier = {
  aidGroupId: string
  chapterId: string
  name: string
  status: AidGroupStatus
  sections: { [Kind in SectionKind]: DossierSection<Kind> | null }
  people: DossierPerson[]
  bankAccount: DossierBankAccount | null
  references: DossierReference[]
  documents: DossierDocument[]
  requests: DossierRequest[]
  applications: DossierApplication[]
}

const IN_FORCE = { where: { removedAt: null }, orderBy: { id: 'asc' } } as const
const MAILS = { orderBy: { sentAt: 'asc' }, select: { kind: true, sentAt: true } } as const
const FILE = { select: { fileName: true, mediaType: true, byteCount: true, sha256: true } } as const

/**
 * Reads the dossier as it stands: the newest version of each section and what is in force of the rest. It decides
 * nothing about who may see it: call it behind the policy of the page or the write.
 */
export async function readDossier(client: DbClient, aidGroupId: string): Promise<Dossier> {
  const group = await client.aidGroup.findUniqueOrThrow({
    where: { id: aidGroupId },
    include: {
      people: IN_FORCE,
      references: { ...IN_FORCE, include: { mails: MAILS } },
      documents: { ...IN_FORCE, include: { file: FILE } },
      bankAccounts: { where: { replacedAt: null }, take: 1 },
      requests: { orderBy: { id: 'asc' } },
      applications: { orderBy: { id: 'asc' } },
    },
  })
  const [account] = group.bankAccounts
  return {
    aidGroupId: group.id,
    chapterId: group.chapterId,
    name: group.name,
    status: group.status,
    sections: await readSections(client, aidGroupId),
    people: group.people.map((person) => ({ ...person, roles: person.roles as PersonRole[] })),
    bankAccount: account ? withoutNumber(account) : null,
    references: group.references.map(({ tokenHash: _, ...reference }) => ({
      ...reference,
      answer: reference.answer as ReferenceAnswer | null,
    })),
    documents: group.documents.map(({ file, ...document }) => ({ ...document, ...file })),
    requests: group.requests,
    applications: group.applications.map(({ tokenHash: _, ...application }) => ({
      ...application,
      isOpen: application.revokedAt === null && application.closesAt > now(),
    })),
  }
}

/** The newest version of each section. */
export async function readSections(client: DbClient, aidGroupId: string): Promise<Dossier['sections']> {
  const rows = await client.dossierSection.findMany({
    where: { aidGroupId },
    orderBy: [{ section: 'asc' }, { version: 'desc' }],
    distinct: ['section'],
  })
  const latest = <Kind extends SectionKind>(section: Kind): DossierSection<Kind> | null => {
    const row = rows.find((candidate) => candidate.section === section)
    return row ? { ...row, section, data: row.data as SectionData[Kind] } : null
  }
  return {
    identity: latest('identity'),
    registration: latest('registration'),
    governance: latest('governance'),
    past_work: latest('past_work'),
    delivery: latest('delivery'),
    end_use: latest('end_use'),
    safeguarding: latest('safeguarding'),
    conflicts: latest('conflicts'),
    agreement: latest('agreement'),
  }
}

function withoutNumber<Row extends { details: Uint8Array }>({ details: _, ...account }: Row): Omit<Row, 'details'> {
  return account
}
