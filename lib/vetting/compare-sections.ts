import type { DbClient } from '#lib/db/client.ts'
import { readDossier } from './read-dossier.ts'
import { type SectionKind, sectionKinds } from './types.ts'

/** One field that is not what it was; null where it was not there before or is not there now. */
export type FieldChange = { path: string; before: string | null; after: string | null }

export type SectionChange = {
  section: SectionKind
  state: 'unchanged' | 'changed' | 'added' | 'missing'
  approvedVersion: number | null
  version: number | null
  fields: FieldChange[]
}

/** What came and what went of a list, each in the words that tell one from the other. */
export type ListChange = { added: string[]; removed: string[] }

/** A dossier beside the state of it that was approved last. */
export type DossierChange = {
  approvedAt: Date
  approvedUntil: Date
  sections: SectionChange[]
  people: ListChange
  references: ListChange
  documents: ListChange
  /** null: the account that was approved. Last digits; null where there is no account. */
  bankAccount: { before: string | null; after: string | null } | null
}

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain }

/**
 * Lays two states of a section's data side by side, field by field, in the order of the newer one. Paths are like
 * `examples.0.what`; values are written as a person would read them. `complete` is ours and no field.
 */
export function compareSections(before: unknown, after: unknown): FieldChange[] {
  const old = readFields(before)
  const fresh = readFields(after)
  return [...new Set([...fresh.keys(), ...old.keys()])]
    .map((path) => ({ path, before: old.get(path) ?? null, after: fresh.get(path) ?? null }))
    .filter((change) => change.before !== change.after)
}

/** What was filled in, by path; empty fields are not there. `complete` is ours and no field. */
export function readFields(data: unknown): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (value: Plain, path: string): void => {
    if (value === null || value === '') return
    if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) {
      if (value.length > 0) found.set(path, value.join(', '))
    } else if (typeof value === 'object') {
      for (const [key, item] of Object.entries(value)) walk(item, path === '' ? key : `${path}.${key}`)
    } else found.set(path, value === true ? 'Yes' : value === false ? 'No' : String(value))
  }
  walk((data ?? {}) as Plain, '')
  found.delete('complete')
  return found
}

/**
 * What is new in the dossier since its last approval, for a renewal; null where it was never approved. It decides
 * nothing about who may see it: call it behind the policy of the page.
 */
export async function readDossierChange(client: DbClient, aidGroupId: string): Promise<DossierChange | null> {
  const approval = await client.aidGroupApproval.findFirst({
    where: { aidGroupId },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
  })
  if (!approval) return null
  const [dossier, versions, approvedAccount] = await Promise.all([
    readDossier(client, aidGroupId),
    client.dossierSection.findMany({ where: { aidGroupId } }),
    client.dossierBankAccount.findUniqueOrThrow({ where: { id: approval.bankAccountId } }),
  ])
  const approved = approval.sectionVersions as Record<string, number>
  const sections = sectionKinds.map((section): SectionChange => {
    const current = dossier.sections[section]
    const approvedVersion = approved[section] ?? null
    const old = versions.find((row) => row.section === section && row.version === approvedVersion)
    const state = !current ? 'missing' : !old ? 'added' : old.digest === current.digest ? 'unchanged' : 'changed'
    const fields = state === 'changed' || state === 'added' ? compareSections(old?.data, current?.data) : []
    return { section, state, approvedVersion, version: current?.version ?? null, fields }
  })
  const account = dossier.bankAccount
  return {
    approvedAt: approval.at,
    approvedUntil: approval.until,
    sections,
    ...(await readListChanges(client, aidGroupId, approval.at)),
    bankAccount:
      account?.fingerprint === approval.bankFingerprint
        ? null
        : { before: approvedAccount.lastDigits, after: account?.lastDigits ?? null },
  }
}

/** Who and what came in force or went out of it after the approval. */
async function readListChanges(client: DbClient, aidGroupId: string, approvedAt: Date) {
  const where = { aidGroupId, OR: [{ addedAt: { gt: approvedAt } }, { removedAt: { gt: approvedAt } }] }
  const asked = { where, orderBy: { id: 'asc' } } as const
  const [people, references, documents] = await Promise.all([
    client.dossierPerson.findMany(asked),
    client.dossierReference.findMany(asked),
    client.dossierDocument.findMany({ ...asked, include: { file: { select: { sha256: true } } } }),
  ])
  const split = <Row extends { addedAt: Date; removedAt: Date | null }>(rows: Row[], nameOf: (row: Row) => string) => ({
    added: rows.filter((row) => row.addedAt > approvedAt && row.removedAt === null).map(nameOf),
    removed: rows.filter((row) => row.addedAt <= approvedAt && row.removedAt !== null).map(nameOf),
  })
  return {
    people: split(
      people,
      ({ nameLatin, nameOriginal, roles }) => `${nameOriginal} (${nameLatin}), ${roles.join(', ')}`,
    ),
    references: split(references, ({ name, organization }) => `${name}, ${organization}`),
    documents: split(documents, ({ caption, kind }) => `${caption} (${kind.replaceAll('_', ' ')})`),
  }
}
