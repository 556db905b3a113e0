import { createHash } from 'node:crypto'
import type { Role } from '#lib/auth/types.ts'
import { aidCategories } from '#lib/campaigns/types.ts'
import type { DbClient, Prisma } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { digestOf } from '#lib/vetting/collect-dossier.ts'
import { encryptBank } from '#lib/vetting/encrypt-bank.ts'
import { approvalGates } from '#lib/vetting/list-gates.ts'
import { capMinorMax } from '#lib/vetting/states.ts'
import type { RiskTier, SectionData, SectionKind } from '#lib/vetting/types.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const signed = { signedName: 'Halyna Kovalchuk', signedRole: 'Chair', signedOn: '2026-01-02' }

/** Every part of a dossier as an aid group without anything remarkable fills it in. */
export const SECTIONS: SectionData = {
  identity: {
    ...{
      complete: true,
      legalName: 'Польова кухня',
      legalNameLatin: 'Polova kukhnia',
      otherNames: [],
      summary: 'Cooks warm meals for people who left home.',
      country: 'UA',
    },
    ...{ region: 'Kharkiv oblast', address: 'Sumska 1', website: '', contactName: 'Halyna Kovalchuk' },
    ...{ contactEmail: 'office@kitchen.example', contactPhone: '', foundedOn: '2019-05-01' },
  },
  registration: {
    ...{ complete: true, number: '41234567', register: 'Unified State Register', country: 'UA' },
    registeredOn: '2019-05-20',
  },
  governance: {
    ...{ complete: true, governingDocumentDated: '2019-05-01', hasDissolutionClause: true },
    dissolutionClauseText: 'What is left goes to another charity.',
    hasNoOwners: null,
  },
  past_work: { complete: true, summary: 'Warm meals since 2019.', examples: [] },
  delivery: {
    ...{ complete: true, countries: ['UA'], regions: [{ name: 'Kharkiv oblast', areaCode: 'UA-63' }] },
    ...{ categories: [...aidCategories], intermediaries: '', licenceBasis: '' },
  },
  end_use: {
    ...{ complete: true, ...signed, statementVersion: '1', statementSha256: sha256('end use') },
    ...{ hasDualUse: false, dualUseItems: [], dualUseDetails: '' },
  },
  safeguarding: { complete: true, hasPolicy: true, policySummary: 'Two people at every visit.', contact: 'Oksana' },
  conflicts: { complete: true, none: true, declarations: [] },
  agreement: { complete: true, ...signed, agreementVersion: '1', agreementSha256: sha256('agreement') },
}

const DOCUMENTS = ['registration', 'governing_document', 'past_work', 'end_use_statement', 'agreement'] as const

/** A person with a role in the chapter, nobody's friend: tests that need a certain person make their own. */
export async function plantPerson(client: DbClient, chapterId: string, ...roles: Role[]): Promise<string> {
  const id = newId()
  await client.user.create({ data: { id, email: `${id}@example.org`, name: `Person ${id.slice(-6)}` } })
  await client.chapterRole.createMany({ data: roles.map((role) => ({ userId: id, chapterId, role })) })
  return id
}

export type DossierPlan = {
  aidGroupId: string
  chapterId: string
  /** Who enters everything for the aid group: an organizer of the chapter. */
  enteredBy: string
  /** Who enters the account, where it is somebody else. */
  accountBy?: string
  /** When the account was entered and the dossier filled in. */
  at: Date
  sections?: { [Kind in SectionKind]?: Partial<SectionData[Kind]> | null }
}

/** A complete dossier: sections, two people, an account, two references that answered, documents. Nobody has judged it. */
export async function plantDossier(client: DbClient, plan: DossierPlan): Promise<{ accountId: string }> {
  const { aidGroupId, chapterId, enteredBy, at } = plan
  const added = { aidGroupId, addedBy: enteredBy, addedAt: at }
  const sections = Object.entries(SECTIONS).filter(([kind]) => plan.sections?.[kind as SectionKind] !== null)
  await client.dossierSection.createMany({
    data: sections.map(([kind, standard]) => {
      const data = { ...standard, ...plan.sections?.[kind as SectionKind] } as Prisma.InputJsonObject
      const section = kind as SectionKind
      return {
        aidGroupId,
        section,
        version: 1,
        data,
        digest: digestOf(data),
        savedBy: enteredBy,
        savedAt: at,
      }
    }),
  })
  const named = (nameOriginal: string, nameLatin: string, roles: string[]) => ({
    ...{ ...added, nameOriginal, nameLatin, roles, aliases: [], country: 'UA' },
  })
  await client.dossierPerson.createMany({
    data: [
      named('Галина Ковальчук', 'Halyna Kovalchuk', ['controller', 'signatory']),
      named('Остап Мельник', 'Ostap Melnyk', ['owner']),
    ],
  })
  const answer = { relation: 'partner', knownSince: '2020', capacity: 'good', concerns: '', isIndependent: true }
  await client.dossierReference.createMany({
    data: ['first', 'second'].map((name) => ({
      ...{ ...added, name: `The ${name} reference`, organization: `${name} partner`, relation: 'partner' },
      ...{ email: `${name}@partner.example`, tokenHash: sha256(newId()), askedAt: at, answeredAt: at },
      ...{ confirms: true, answer },
    })),
  })
  const files = DOCUMENTS.map((kind) => ({ id: newId(), kind }))
  await client.storedFile.createMany({
    data: files.map(({ id, kind }) => ({
      ...{
        id,
        storageKey: id,
        sha256: sha256(id),
        mediaType: 'application/pdf',
        byteCount: 100,
        fileName: `${kind}.pdf`,
      },
      ...{ chapterId, uploadedById: null },
    })),
  })
  await client.dossierDocument.createMany({
    data: files.map(({ id, kind }) => ({ ...added, kind, fileId: id, caption: kind })),
  })
  return { accountId: await plantAccount(client, { aidGroupId, enteredBy: plan.accountBy ?? enteredBy, at }) }
}

/** An account in force, unverified; its number is nobody's. */
export async function plantAccount(
  client: DbClient,
  { aidGroupId, enteredBy, at }: Pick<DossierPlan, 'aidGroupId' | 'enteredBy' | 'at'>,
): Promise<string> {
  const id = newId()
  await client.dossierBankAccount.create({
    data: {
      ...{ id, aidGroupId, holderName: SECTIONS.identity.legalName, bankName: 'Bank', bankCountry: 'UA' },
      ...{
        currency: 'UAH',
        details: new Uint8Array(encryptBank({ iban: '', accountNumber: '0000', bic: '', routing: '' }, id)),
        fingerprint: sha256(id),
        lastDigits: '0000',
      },
      ...{ enteredBy, enteredAt: at },
    },
  })
  return id
}

/** A second person has verified the account in force. */
export async function plantVerification(client: DbClient, accountId: string, verifiedById: string, at: Date) {
  const how = { verificationMethod: 'call_back', verificationNote: 'Called the registered number.' } as const
  await client.dossierBankAccount.update({ where: { id: accountId }, data: { verifiedById, verifiedAt: at, ...how } })
}

/** Compared with every list in force (one of nobody, where there is none), without a hit. */
export async function plantScreening(client: DbClient, aidGroupId: string, at: Date): Promise<void> {
  await client.$executeRaw`
    INSERT INTO list_snapshot (source, status, sha256, file_name, byte_count, row_count, party_count, name_count,
      added_count, removed_count, changed_count, imported_by)
    SELECT 'demonstration', 'current', ${sha256('nobody')}, 'nobody.csv', 1, 1, 1, 1, 1, 0, 0, 'system:seed'
    WHERE NOT EXISTS (SELECT FROM list_snapshot WHERE status = 'current') ON CONFLICT DO NOTHING`
  await client.$executeRaw`
    INSERT INTO screening (aid_group_id, at, by, names_digest, names, snapshot_ids, unsupported_scripts)
    SELECT ${aidGroupId}::uuid, ${at}, 'system:seed', aid_group_names_digest(${aidGroupId}::uuid), '[]',
      ARRAY(SELECT id FROM list_snapshot WHERE status = 'current'), '{}'`
}

/** A reviewer has found every gate to be met, with this risk. */
export async function plantFindings(
  client: DbClient,
  aidGroupId: string,
  { foundById, at, riskTier }: { foundById: string; at: Date; riskTier: RiskTier },
): Promise<void> {
  await client.$executeRaw`
    INSERT INTO gate_finding (aid_group_id, gate, verdict, reason, detail, basis, found_by_id, found_at)
    SELECT ${aidGroupId}::uuid, gate::approval_gate, 'met', 'Seen and found good.',
      CASE gate WHEN 'risk_tier' THEN jsonb_build_object('riskTier', ${riskTier}::text) ELSE '{}' END,
      aid_group_gate_basis(${aidGroupId}::uuid, gate::approval_gate), ${foundById}::uuid, ${at}
    FROM unnest(${[...approvalGates]}::text[]) AS gate`
}

type ApprovalPlan = { at: Date; until: Date; riskTier: RiskTier; reviewedById: string; approvedById: string }

/** The approval's own row and its caps, as high as the risk allows, in the currencies of the tests. */
export async function plantApproval(client: DbClient, aidGroupId: string, plan: ApprovalPlan): Promise<void> {
  const id = newId()
  await client.$executeRaw`
    INSERT INTO aid_group_approval (id, aid_group_id, at, until, risk_tier, reviewed_by_id, approved_by_id, reason,
      bank_account_id, bank_fingerprint, dossier_digest, section_versions, screening_id)
    SELECT ${id}::uuid, g.id, ${plan.at}, ${plan.until}, ${plan.riskTier}::aid_group_risk_tier, ${plan.reviewedById}::uuid,
      ${plan.approvedById}::uuid, 'Nothing open.', b.id, b.fingerprint, aid_group_dossier_digest(g.id), aid_group_section_versions(g.id),
      (SELECT s.id FROM screening AS s WHERE s.aid_group_id = g.id ORDER BY s.at DESC, s.id DESC LIMIT 1)
    FROM aid_group AS g JOIN dossier_bank_account AS b ON b.aid_group_id = g.id AND b.replaced_at IS NULL
    WHERE g.id = ${aidGroupId}::uuid`
  const data = ['USD', 'EUR', 'GBP', 'UAH', 'JPY', 'KWD', 'CHF', 'CAD'].map((currency) => ({
    ...{ approvalId: id, currency, capMinor: capMinorMax(plan.riskTier, currency) },
  }))
  await client.aidGroupCap.createMany({ data })
}
