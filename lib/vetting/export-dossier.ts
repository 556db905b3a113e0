import { createHash } from 'node:crypto'
import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { hasRole } from '#lib/auth/policy.ts'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { canonicalJson, collectDossier, type DossierExport, digestOf, type Json } from './collect-dossier.ts'
import { decryptBank } from './encrypt-bank.ts'
import { findWriter } from './find-writer.ts'
import { notFound, requireInScope } from './move-group.ts'
import { renderDossier } from './render-dossier.ts'
import { refuseReveal } from './reveal-bank.ts'

const exportSchema = z.object({
  aidGroupId: z.string(),
  form: z.enum(['json', 'pdf', 'manifest']),
  bankNumbers: z.enum(['masked', 'full']).default('masked'),
})

export type ExportedDossier = { bytes: Buffer; fileName: string; mediaType: string; sha256: string }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * The whole dossier as canonical JSON (RFC 8785), as tagged PDF, or as the manifest of hashes of all that belongs to it.
 * The same state gives the same bytes. Account numbers are masked; with `bankNumbers:
 * 'full'` the JSON has that of the account in force, for somebody who may see it. Every export leaves a line in the audit log.
 * Throws `not_found` for another chapter's and `forbidden` for those who neither review nor audit.
 */
export async function exportDossier(actor: Actor, input: unknown): Promise<ExportedDossier> {
  const { aidGroupId, form, bankNumbers } = parseInput(exportSchema, input)
  if (!UUID.test(aidGroupId)) throw notFound()
  await requireInScope(actor, aidGroupId)
  const { chapterId, slug } = await db().aidGroup.findUniqueOrThrow({ where: { id: aidGroupId } })
  const refusal = refuseExport(actor, chapterId)
  if (refusal) throw new AppError('forbidden', refusal)
  const isFull = bankNumbers === 'full' && form === 'json'
  const dossier = await inTransaction((tx) => collectDossier(tx, aidGroupId))
  const shown = isFull ? await withNumbers(actor, dossier, aidGroupId) : dossier
  const bytes = await writeForm(form, shown)
  const sha256 = sha256Of(bytes)
  await inTransaction((tx) =>
    recordEvent(tx, actor, {
      action: 'dossier.export',
      subjectType: 'aid_group',
      subjectId: aidGroupId,
      chapterId,
      detail: { form, sha256, bankNumbers: isFull ? 'full' : 'masked' },
    }),
  )
  return { bytes, fileName: `${slug}-${isFull ? FULL_NAME : NAMES[form]}`, mediaType: MEDIA_TYPES[form], sha256 }
}

/** Why the actor may not take the dossier with them, or null. */
export function refuseExport(actor: Actor, chapterId: string): string | null {
  if (hasRole(actor, chapterId, 'vetting_reviewer', 'auditor')) return null
  return 'Only vetting reviewers and auditors of this chapter can export a dossier.'
}

/** With account numbers it is another file than the one whose hash the manifest has, and says so by its name. */
const FULL_NAME = 'dossier-full.json'
const NAMES = { json: 'dossier.json', pdf: 'dossier.pdf', manifest: 'manifest.json' } as const
const MEDIA_TYPES = { json: 'application/json', pdf: 'application/pdf', manifest: 'application/json' } as const

async function writeForm(form: keyof typeof NAMES, dossier: DossierExport): Promise<Buffer> {
  if (form === 'json') return writeJson(dossier)
  if (form === 'pdf') return await renderDossier(dossier)
  return Buffer.from(canonicalJson(await listManifest(dossier)))
}

const writeJson = (dossier: DossierExport) => Buffer.from(canonicalJson(dossier))
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/**
 * What belongs to the dossier, each with its sha-256, so that anyone who holds the pieces can check them without us.
 * `manifestSha256` is over the canonical JSON of all the rest.
 */
async function listManifest(dossier: DossierExport): Promise<{ [key: string]: Json }> {
  const json = writeJson(dossier)
  const pdf = await renderDossier(dossier)
  const rows = (list: { [key: string]: Json }[]) =>
    list.map((row) => ({ id: row['id'] ?? null, sha256: digestOf(row) }))
  const manifest = {
    format: 'common-purse-dossier-manifest',
    formatVersion: 1,
    hash: 'sha-256 in hex; of rows over their canonical JSON (RFC 8785) as it stands in dossier.json',
    aidGroupId: dossier.aidGroup['id'] ?? null,
    asOf: dossier.asOf,
    exports: [
      { name: NAMES.json, byteCount: json.length, sha256: sha256Of(json) },
      { name: NAMES.pdf, byteCount: pdf.length, sha256: sha256Of(pdf) },
    ],
    files: dossier.documents.map(({ fileId = null, kind = null, file }) => ({
      fileId,
      kind,
      ...(file as { [key: string]: Json }),
    })),
    sections: dossier.sections.map(({ section = null, version = null, data }) => ({
      ...{ section, version, sha256: digestOf(data) },
    })),
    applications: rows(dossier.applications),
    confirmations: rows(dossier.confirmations),
    controllers: rows(dossier.controllers),
    bankAccounts: rows(dossier.bankAccounts),
    references: rows(dossier.references),
    requests: rows(dossier.requests),
    findings: rows(dossier.findings),
    listSnapshots: dossier.listSnapshots.map(({ id = null, source = null, sha256 = null }) => ({ id, source, sha256 })),
    screenings: rows(dossier.screenings),
    dispositions: rows(dossier.dispositions),
    approvals: rows(dossier.approvals),
    statusChanges: rows(dossier.statusChanges),
    auditEvents: dossier.auditEvents.map(({ id = null, action = null, hash = null }) => ({ id, action, sha256: hash })),
  }
  return { ...manifest, manifestSha256: digestOf(manifest) }
}

/** The same with the number of the account in force, for somebody who may see it. */
async function withNumbers(actor: Actor, dossier: DossierExport, aidGroupId: string): Promise<DossierExport> {
  const accounts = await db().dossierBankAccount.findMany({
    where: { aidGroupId, replacedAt: null },
    include: { aidGroup: true },
  })
  for (const account of accounts) {
    const enteredBy = await findWriter(db(), account.enteredBy, actorId(actor))
    const refusal = refuseReveal(actor, account.aidGroup, { enteredBy })
    if (refusal) throw new AppError(refusal.code, refusal.message)
  }
  const opened = new Map(accounts.map(({ id, details }) => [id, decryptBank(details, id)]))
  const bankAccounts = dossier.bankAccounts.map((row) => {
    const details = opened.get(String(row['id']))
    return details ? { ...row, details } : row
  })
  return { ...dossier, bankAccounts }
}
