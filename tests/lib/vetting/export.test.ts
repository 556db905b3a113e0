import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { exportDossier } from '#lib/vetting/export-dossier.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { revealBank } from '#lib/vetting/reveal-bank.ts'
import { saveSection } from '#lib/vetting/save-section.ts'
import { verifyDossier } from '#lib/vetting/verify-dossier.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup } from '#tests/support/plant.ts'
import { readPdf } from '#tests/support/read-pdf.ts'
import { makeChapter, makePerson } from './people.ts'

useDatabase()
let chapterId = ''
let organizer: UserActor
let reviewer: UserActor
let auditor: UserActor
let stranger: UserActor
let aidGroupId = ''
const POLICY = { hasPolicy: true, policySummary: 'Nobody is alone with a child.', contact: 'Iryna' }
const IBAN = 'DE89370400440532013000'

beforeAll(async () => {
  chapterId = (await makeChapter()).id
  organizer = await makePerson(chapterId, 'organizer')
  reviewer = await makePerson(chapterId, 'vetting_reviewer')
  auditor = await makePerson(chapterId, 'auditor')
  stranger = await makePerson((await makeChapter()).id, 'vetting_reviewer', 'auditor')
})
beforeEach(async () => {
  aidGroupId = (await plantAidGroup({ chapterId })).id
})

const take = (actor: UserActor, form: string, changes: object = {}) =>
  exportDossier(actor, { aidGroupId, form, ...changes })
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')
const json = async (actor: UserActor, changes: object = {}) =>
  JSON.parse((await take(actor, 'json', changes)).bytes.toString())

test('the same state gives the same bytes, whoever asks; another state gives others', async () => {
  for (const form of ['json', 'pdf', 'manifest']) {
    const first = await take(reviewer, form)
    const again = await take(auditor, form)
    expect([form, again.sha256]).toEqual([form, first.sha256])
    expect(sha256(first.bytes)).toBe(first.sha256)
  }
  const before = await take(reviewer, 'json')
  await saveSection(organizer, { aidGroupId, section: 'safeguarding', data: POLICY })
  expect((await take(reviewer, 'json')).sha256).not.toBe(before.sha256)
})

test('the JSON is canonical and has every version of a section, also those that no longer stand', async () => {
  await saveSection(organizer, { aidGroupId, section: 'safeguarding', data: { ...POLICY, hasPolicy: false } })
  const { bytes } = await take(auditor, 'json')
  const dossier = JSON.parse(bytes.toString())
  expect(bytes.toString()).toBe(canonicalize(dossier))
  const rows = await db().dossierSection.count({ where: { aidGroupId } })
  expect(dossier.sections).toHaveLength(rows)
  const saved = dossier.sections.findLast(({ section }: { section: string }) => section === 'safeguarding')
  expect(sha256(canonicalize(saved.data) ?? '')).toBe(saved.digest)
  expect(dossier.gates).toHaveLength(14)
  expect(dossier.auditEvents.at(-1).action).toBe('aid_group.save_section')
})

test('no export holds a sealed number or a token, and none but the full one a number', async () => {
  await replaceBankAccount(organizer, {
    ...{ aidGroupId, holderName: 'Field kitchen', bankName: 'Bank', bankCountry: 'DE', currency: 'EUR' },
    ...{ iban: IBAN, accountNumber: '', bic: '', routing: '' },
  })
  for (const form of ['json', 'manifest']) {
    const text = (await take(reviewer, form)).bytes.toString()
    expect(text).not.toContain(IBAN)
    expect(text).not.toMatch(/tokenHash|storageKey/)
  }
  expect((await json(reviewer)).bankAccounts.at(-1)).toMatchObject({ lastDigits: '3000', holderName: 'Field kitchen' })
  expect((await json(reviewer)).bankAccounts.at(-1).details).toBeUndefined()
  const full = await json(reviewer, { bankNumbers: 'full' })
  expect(full.bankAccounts.at(-1).details).toMatchObject({ iban: IBAN })
  await expect(take(auditor, 'json', { bankNumbers: 'full' })).rejects.toMatchObject({ code: 'forbidden' })
})

test('the export with account numbers is a file of its own name, and verifies as the same dossier with them added', async () => {
  await replaceBankAccount(organizer, {
    ...{ aidGroupId, holderName: 'Field kitchen', bankName: 'Bank', bankCountry: 'DE', currency: 'EUR' },
    ...{ iban: IBAN, accountNumber: '', bic: '', routing: '' },
  })
  const full = await take(reviewer, 'json', { bankNumbers: 'full' })
  expect(full.fileName).toMatch(/-dossier-full\.json$/)
  const manifest = JSON.parse((await take(reviewer, 'manifest')).bytes.toString())
  const dossier = (await take(reviewer, 'json')).bytes
  const files = new Map([
    ['dossier.json', dossier],
    ['dossier-full.json', full.bytes],
  ])
  expect(verifyDossier(manifest, files)).toEqual([])
  const forged = Buffer.from(full.bytes.toString().replace('"country":', '"Country":'))
  expect(verifyDossier(manifest, new Map([['dossier-full.json', forged]]))).toHaveLength(1)
})

test('the manifest names every piece with its hash, and its own', async () => {
  const manifest = JSON.parse((await take(auditor, 'manifest')).bytes.toString())
  const { manifestSha256, ...rest } = manifest
  expect(sha256(canonicalize(rest) ?? '')).toBe(manifestSha256)
  const dossierJson = await take(auditor, 'json')
  const pdf = await take(auditor, 'pdf')
  expect(manifest.exports.map(({ sha256 }: { sha256: string }) => sha256)).toEqual([dossierJson.sha256, pdf.sha256])
  const dossier = JSON.parse(dossierJson.bytes.toString())
  for (const part of ['controllers', 'bankAccounts', 'findings', 'approvals', 'screenings', 'statusChanges']) {
    const digests = dossier[part].map((row: unknown) => sha256(canonicalize(row) ?? ''))
    expect([part, manifest[part].map(({ sha256 }: { sha256: string }) => sha256)]).toEqual([part, digests])
  }
  expect(manifest.files.map(({ sha256 }: { sha256: string }) => sha256)).toEqual(
    dossier.documents.map(({ file }: { file: { sha256: string } }) => file.sha256),
  )
})

test('whoever holds the files can check them without us, and a changed row is named', async () => {
  const manifest = JSON.parse((await take(auditor, 'manifest')).bytes.toString())
  const { bytes } = await take(auditor, 'json')
  const { bytes: pdf } = await take(auditor, 'pdf')
  const files = (changes: Record<string, Uint8Array> = {}) =>
    new Map<string, Uint8Array>(Object.entries({ 'dossier.json': bytes, 'dossier.pdf': pdf, ...changes }))
  expect(verifyDossier(manifest, files())).toEqual([])
  const dossier = JSON.parse(bytes.toString())
  dossier.findings[0].reason = 'Something else.'
  const changed = Buffer.from(canonicalize(dossier) ?? '')
  expect(verifyDossier(manifest, files({ 'dossier.json': changed }))).toEqual([
    'dossier.json is not the file that the manifest names.',
    `findings: row ${dossier.findings[0].id} is missing or was changed.`,
  ])
  expect(verifyDossier({ ...manifest, asOf: '2020-01-01' }, files())).toEqual([
    'The manifest is not what its own hash says.',
  ])
})

test('the PDF is tagged, titled and says who stands for what', async () => {
  const pdf = readPdf((await take(auditor, 'pdf')).bytes)
  expect(pdf.catalog).toContain('/Lang')
  expect(pdf.tags.slice(0, 2)).toContain('Document')
  expect(pdf.tags).toEqual(expect.arrayContaining(['H1', 'H2', 'Table', 'TH', 'TD']))
  const text = pdf.text.replaceAll('\n', ' ')
  for (const words of ['Gates of the approval', 'People', 'History', 'sha-256']) expect(text).toContain(words)
})

test('every export leaves a line in the log with its hash; organizers and strangers get none', async () => {
  const { sha256: hash } = await take(auditor, 'pdf')
  const event = await db().auditEvent.findFirstOrThrow({ where: { action: 'dossier.export' }, orderBy: { id: 'desc' } })
  expect([event.actorId, event.subjectId, event.detail]).toEqual([
    auditor.userId,
    aidGroupId,
    { form: 'pdf', sha256: hash, bankNumbers: 'masked' },
  ])
  await expect(take(organizer, 'json')).rejects.toMatchObject({ code: 'forbidden' })
  await expect(take(stranger, 'json')).rejects.toMatchObject({ code: 'not_found' })
  const refused = { action: 'access.refuse', subjectId: aidGroupId, actorId: stranger.userId }
  expect(await db().auditEvent.count({ where: refused })).toBe(1)
  await expect(exportDossier(auditor, { aidGroupId: 'x', form: 'json' })).rejects.toMatchObject({ code: 'not_found' })
})

test('whoever looks at a number leaves a line first; who entered it never sees it again', async () => {
  const accountId = await replaceBankAccount(organizer, {
    ...{ aidGroupId, holderName: 'Field kitchen', bankName: 'Bank', bankCountry: 'DE', currency: 'EUR' },
    ...{ iban: IBAN, accountNumber: '', bic: '', routing: '' },
  })
  expect(await revealBank(reviewer, { aidGroupId, accountId })).toMatchObject({ iban: IBAN })
  const lines = await db().auditEvent.findMany({ where: { action: 'aid_group.reveal_bank', subjectId: aidGroupId } })
  expect(lines.map(({ actorId }) => actorId)).toEqual([reviewer.userId])
  expect(JSON.stringify(lines[0]?.detail)).not.toContain('0532')
  await expect(revealBank(organizer, { aidGroupId, accountId })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(revealBank(auditor, { aidGroupId, accountId })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(revealBank(stranger, { aidGroupId, accountId })).rejects.toMatchObject({ code: 'not_found' })
  const entering = await makePerson(chapterId, 'vetting_reviewer')
  const other = await replaceBankAccount(entering, {
    ...{ aidGroupId, holderName: 'Field kitchen', bankName: 'Bank', bankCountry: 'GB', currency: 'GBP' },
    ...{ iban: '', accountNumber: '12345678', bic: '', routing: '123456' },
  })
  const attempt = revealBank(entering, { aidGroupId, accountId: other })
  await expect(attempt).rejects.toMatchObject({ code: 'segregation_of_duties' })
})
