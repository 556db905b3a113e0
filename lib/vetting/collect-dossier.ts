import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { DbClient, Prisma } from '#lib/db/client.ts'
import { assertInvariant } from '#lib/errors.ts'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type Row = { [key: string]: Json }

/**
 * All of a dossier as plain JSON: every version, also what was removed or replaced. Days and moments are ISO 8601 in
 * UTC, money and row numbers are decimal strings, nobody is named but by id: names stand once, in `people`.
 */
export type DossierExport = {
  format: 'common-purse-dossier'
  formatVersion: 1
  /** When the newest of it was written: nothing in here depends on when somebody asks. */
  asOf: string
  aidGroup: Row
  chapter: Row
  gates: Row[]
  applications: Row[]
  confirmations: Row[]
  sections: Row[]
  controllers: Row[]
  bankAccounts: Row[]
  references: Row[]
  documents: Row[]
  requests: Row[]
  findings: Row[]
  listSnapshots: Row[]
  screenings: Row[]
  dispositions: Row[]
  approvals: Row[]
  statusChanges: Row[]
  auditEvents: Row[]
  people: Row[]
}

/** RFC 8785: equal content has equal bytes. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  assertInvariant(text !== undefined, 'what is exported is JSON')
  return text
}

/** The sha-256 of the canonical JSON, in hex. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

const BY_ID = { orderBy: { id: 'asc' } } as const
// Reading leaves lines in the log as well; they are about the reader and not about the dossier.
const READING = ['dossier.export', 'access.refuse']

/**
 * Reads everything a dossier holds. The same state gives the same value, whoever asks and whenever. It decides nothing
 * about who may see it: `exportDossier` does.
 */
export async function collectDossier(client: DbClient, aidGroupId: string): Promise<DossierExport> {
  const group = await client.aidGroup.findUniqueOrThrow({ where: { id: aidGroupId }, include: EVERYTHING })
  const auditEvents = await readEvents(client, group)
  const asOf = new Date(Math.max(group.createdAt.getTime(), ...auditEvents.map(({ at }) => at.getTime())))
  const gates = await client.$queryRaw<{ gate: string; state: string; missing: string | null }[]>`
    SELECT gap.gate::text AS gate, gap.state, gap.missing FROM aid_group_approval_gaps(${aidGroupId}::uuid, ${asOf}) AS gap`
  const snapshots = await client.listSnapshot.findMany({
    where: { id: { in: group.screenings.flatMap(({ snapshotIds }) => snapshotIds) } },
    select: {
      id: true,
      source: true,
      publishedAt: true,
      sha256: true,
      fileName: true,
      rowCount: true,
      importedAt: true,
    },
    ...BY_ID,
  })
  const { chapter, changes, applications, sections, people, bankAccounts, references, documents, requests, ...rest } =
    group
  const { findings, approvals, screenings, dispositions, confirmations, ...facts } = rest
  const collected = {
    aidGroup: plain(facts),
    chapter: plain(chapter),
    gates: gates.map(plain),
    applications: applications.map(({ tokenHash: _, ...application }) => plain(application)),
    confirmations: confirmations.map(plain),
    sections: sections.map(plain),
    controllers: people.map((person) => plain({ ...person, birthDate: person.birthDate?.toISOString().slice(0, 10) })),
    bankAccounts: bankAccounts.map(({ details: _, ...account }) => plain(account)),
    references: references.map(({ tokenHash: _, ...reference }) => plain(reference)),
    documents: documents.map(plain),
    requests: requests.map(plain),
    findings: findings.map(plain),
    listSnapshots: snapshots.map(plain),
    screenings: screenings.map(plain),
    dispositions: dispositions.map(plain),
    approvals: approvals.map(plain),
    statusChanges: changes.map(plain),
    auditEvents: auditEvents.map(({ hash, previousHash: _, ...event }) => plain({ ...event, hash: hex(hash) })),
  }
  const named = await namePeople(client, JSON.stringify(collected))
  return { format: 'common-purse-dossier', formatVersion: 1, asOf: asOf.toISOString(), ...collected, people: named }
}

const FILE = { select: { fileName: true, mediaType: true, byteCount: true, sha256: true } } as const
const EVERYTHING = {
  chapter: { select: { id: true, slug: true, name: true } },
  changes: BY_ID,
  applications: BY_ID,
  confirmations: BY_ID,
  sections: { orderBy: [{ section: 'asc' }, { version: 'asc' }] },
  people: BY_ID,
  bankAccounts: BY_ID,
  references: { ...BY_ID, include: { mails: { ...BY_ID, select: { kind: true, sentBy: true, sentAt: true } } } },
  documents: { ...BY_ID, include: { file: FILE } },
  requests: BY_ID,
  findings: BY_ID,
  approvals: { ...BY_ID, include: { caps: { orderBy: { currency: 'asc' } } } },
  screenings: { ...BY_ID, include: { hits: { orderBy: { hitKey: 'asc' } } } },
  dispositions: BY_ID,
} satisfies Prisma.AidGroupInclude

async function readEvents(client: DbClient, group: { id: string; documents: { fileId: string }[] }) {
  const files = group.documents.map(({ fileId }) => fileId)
  return await client.auditEvent.findMany({
    where: {
      action: { notIn: READING },
      OR: [
        { subjectType: 'aid_group', subjectId: group.id },
        { subjectType: 'file', subjectId: { in: files } },
        { detail: { path: ['aidGroupId'], equals: group.id } },
      ],
    },
    ...BY_ID,
  })
}

/** The people of ours whose ids stand anywhere in it. */
async function namePeople(client: DbClient, text: string): Promise<Row[]> {
  const ids = [...new Set(text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g))]
  const users = await client.user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true }, ...BY_ID })
  return users.map(plain)
}

const hex = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('hex'))

/** A row of the database as JSON has it. */
function plain(row: object): Row {
  const text = JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  return JSON.parse(text) as Row
}
