import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { type ApprovalGate, approvalGates, type GateView, listGates } from '#lib/vetting/list-gates.ts'
import { recordFinding } from '#lib/vetting/record-finding.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAccount } from '#tests/support/plant-dossier.ts'
import { approve, approveByHand, type Desk, makeDesk, plantWaiting, type Sections } from './approving.ts'

const database = useDatabase()
let app: pg.Client
let desk: Desk
beforeAll(async () => {
  app = await database.asApp()
  desk = await makeDesk()
})

const gatesOf = async (aidGroupId: string) =>
  Object.fromEntries((await listGates(db(), aidGroupId)).map((view) => [view.gate, view])) as Record<
    ApprovalGate,
    GateView
  >
/** Takes rows of the dossier out of force, as a person of the chapter may. */
const remove = (table: string, aidGroupId: string, where = 'true') =>
  app.query(
    `UPDATE ${table} SET removed_by = $2, removed_at = now() WHERE aid_group_id = $1 AND removed_at IS NULL AND ${where}`,
    [aidGroupId, desk.reviewer.userId],
  )
const failed = (gate: ApprovalGate) => (aidGroupId: string) =>
  recordFinding(desk.reviewer, { aidGroupId, gate, verdict: 'failed', reason: 'It is not so.' })

type Closing = { what: string; sections?: Sections; change?: (aidGroupId: string) => Promise<unknown> }
const CLOSINGS: Record<ApprovalGate, Closing[]> = {
  legal_existence: [
    { what: 'its identity is not complete', sections: { identity: { complete: false } } },
    { what: 'its registration is missing', sections: { registration: null } },
    { what: 'the extract is missing', change: (id) => remove('dossier_document', id, `kind = 'registration'`) },
    { what: 'the reviewer says no', change: failed('legal_existence') },
  ],
  governing_document: [
    { what: 'it has no dissolution clause', sections: { governance: { hasDissolutionClause: false } } },
    { what: 'the document is missing', change: (id) => remove('dossier_document', id, `kind = 'governing_document'`) },
  ],
  controllers: [
    { what: 'nobody is said to own it', change: (id) => remove('dossier_person', id, `'owner' = ANY (roles)`) },
    { what: 'nobody controls it', change: (id) => remove('dossier_person', id, `'controller' = ANY (roles)`) },
    { what: 'the reviewer says no', change: failed('controllers') },
  ],
  screening: [
    { what: 'a name is new since', change: (id) => remove('dossier_person', id, `'owner' = ANY (roles)`) },
    { what: 'a hit is open', change: plantHit },
  ],
  bank_account: [
    { what: 'the account is another one since', change: replaceAccount },
    { what: 'there is none', change: takeAccount },
    { what: 'the reviewer says no', change: failed('bank_account') },
  ],
  references: [
    { what: 'only one confirmed', change: (id) => remove('dossier_reference', id, `name LIKE '%first%'`) },
    { what: 'the reviewer says no', change: failed('references') },
  ],
  past_work: [
    { what: 'the part is missing', sections: { past_work: null } },
    { what: 'the evidence is missing', change: (id) => remove('dossier_document', id, `kind = 'past_work'`) },
  ],
  end_use: [
    { what: 'it is not signed', sections: { end_use: { signedName: '' } } },
    { what: 'the paper is missing', change: (id) => remove('dossier_document', id, `kind = 'end_use_statement'`) },
    { what: 'the reviewer says no', change: failed('end_use') },
  ],
  export_control: [
    { what: 'it does not say', sections: { end_use: null } },
    { what: 'the review says no', change: failed('export_control') },
  ],
  region: [
    { what: 'it is Crimea', sections: { delivery: { regions: [{ name: 'Simferopol', areaCode: 'UA-43' }] } } },
    { what: 'the name says Crimea', sections: { delivery: { regions: [{ name: 'Крим', areaCode: 'UA-63' }] } } },
    { what: 'a carrier goes there', sections: { delivery: { intermediaries: 'A lorry to Simferopol, Crimea' } } },
    { what: 'the country is under an embargo', sections: { delivery: { countries: ['UA', 'KP'] } } },
    { what: 'the part is missing', sections: { delivery: null } },
  ],
  safeguarding: [
    { what: 'there is no policy', sections: { safeguarding: { hasPolicy: false } } },
    { what: 'the reviewer says no', change: failed('safeguarding') },
  ],
  conflicts: [
    { what: 'nothing was declared', sections: { conflicts: null } },
    { what: 'the reviewer says no', change: failed('conflicts') },
  ],
  agreement: [
    { what: 'it is not signed', sections: { agreement: null } },
    { what: 'no text was signed', sections: { agreement: { agreementSha256: '' } } },
  ],
  risk_tier: [{ what: 'the reviewer takes it back', change: failed('risk_tier') }],
}

const DOUBTS: [ApprovalGate, string, Sections][] = [
  [
    'export_control',
    'past work speaks of drones and a battalion, and nobody ticked the box',
    { past_work: { summary: 'Drones, thermal scopes and body armour for a battalion.' } },
  ],
  ['region', 'a city gives its name to an oblast', { delivery: { regions: [{ name: 'Donetsk', areaCode: 'UA-14' }] } }],
  [
    'region',
    'it worked in Crimea',
    { past_work: { examples: [{ what: 'Bread', when: '2023', where: 'Ялта', amount: '', partner: '' }] } },
  ],
]
test.each(DOUBTS)('the gate %s needs a person’s word where %s', async (gate, _what, sections) => {
  const asks = async (id: string) => {
    const [fact] = await db().$queryRaw<{ judged: boolean }[]>`
      SELECT f.is_judged AS judged FROM aid_group_gate_facts(${id}::uuid, now()) AS f WHERE f.gate = ${gate}::approval_gate`
    return fact?.judged
  }
  expect(await asks((await plantWaiting(desk)).id)).toBe(false)
  expect(await asks((await plantWaiting(desk, sections)).id)).toBe(true)
})

async function plantHit(aidGroupId: string): Promise<void> {
  const [screening] = await db().screening.findMany({ where: { aidGroupId } })
  await app.query(
    `INSERT INTO screening_hit (screening_id, aid_group_id, query_name, source, external_id, party_digest, matched_name, score, reasons, hit_key)
     VALUES ($1, $2, 'A', 'demonstration', '1', 'x', 'B', 0.8, '[]', $3)`,
    [screening?.id, aidGroupId, 'c'.repeat(64)],
  )
}

async function takeAccount(aidGroupId: string): Promise<void> {
  await app.query(`UPDATE dossier_bank_account SET replaced_by = $2, replaced_at = now() WHERE aid_group_id = $1`, [
    aidGroupId,
    desk.reviewer.userId,
  ])
}

async function replaceAccount(aidGroupId: string): Promise<void> {
  await takeAccount(aidGroupId)
  await plantAccount(db(), { aidGroupId, enteredBy: desk.reviewer.userId, at: new Date() })
}

test('with every gate green the approval stands, with what was approved and its caps', async () => {
  const { id } = await plantWaiting(desk)
  expect(Object.values(await gatesOf(id)).map(({ gate, state }) => [gate, state])).toEqual(
    approvalGates.map((gate) => [gate, 'green']),
  )
  await approve(desk, id, {
    caps: [
      { currency: 'usd', amount: '25000.00' },
      { currency: 'EUR', amount: '1000' },
    ],
  })
  const row = await db().aidGroupApproval.findFirstOrThrow({ where: { aidGroupId: id }, include: { caps: true } })
  expect(row).toMatchObject({ reviewedById: desk.reviewer.userId, approvedById: desk.approver.userId, riskTier: 'low' })
  expect(row.sectionVersions).toMatchObject({ identity: 1, agreement: 1 })
  expect(row.caps.map(({ currency, capMinor }) => [currency, capMinor]).sort()).toEqual([
    ['EUR', 100_000n],
    ['USD', 2_500_000n],
  ])
  const byHand = await plantWaiting(desk)
  await approveByHand(app, desk, byHand.id)
  expect((await db().aidGroup.findUniqueOrThrow({ where: { id: byHand.id } })).status).toBe('approved')
})

describe.each(approvalGates)('the gate %s', (gate) => {
  test.each(CLOSINGS[gate])('stops the approval when $what, in lib and in the database', async (closing) => {
    const { id } = await plantWaiting(desk, closing.sections)
    await closing.change?.(id)
    const { [gate]: view } = await gatesOf(id)
    expect(view.state).not.toBe('green')
    expect(view.missing).toMatch(/\w+ \w+.*\.$/)
    await expect(approve(desk, id)).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining(view.missing ?? ''),
    })
    const byHand = approveByHand(app, desk, id)
    // Without a verified account there is nothing that could be written down as approved.
    const code = gate === 'bank_account' ? expect.stringMatching(/^CP3(09|12|13)$/) : 'CP309'
    await expect(byHand).rejects.toMatchObject({ code })
    expect((await db().aidGroup.findUniqueOrThrow({ where: { id } })).status).toBe('pending_second_approval')
  })
})

describe('what a reviewer found', () => {
  const JUDGED = approvalGates.filter(
    (gate) => !['screening', 'bank_account', 'export_control', 'region', 'conflicts', 'agreement'].includes(gate),
  )

  test('is needed where a person has to judge', async () => {
    const { id } = await plantWaiting(desk)
    expect(
      Object.values(await gatesOf(id))
        .filter(({ isJudged }) => isJudged)
        .map(({ gate }) => gate),
    ).toEqual(JUDGED)
  })

  test('is worth nothing once the dossier says something else', async () => {
    const { id } = await plantWaiting(desk)
    await app.query(
      `INSERT INTO dossier_section (aid_group_id, section, version, data, digest, saved_by)
       SELECT aid_group_id, section, 2, data, $2, saved_by FROM dossier_section WHERE aid_group_id = $1 AND section = 'registration'`,
      [id, 'd'.repeat(64)],
    )
    const gates = await gatesOf(id)
    expect(gates.legal_existence).toMatchObject({ state: 'open', finding: { isCurrent: false } })
    expect(gates.risk_tier.state).toBe('open')
    expect(gates.references.state).toBe('green')
  })

  test('is about the dossier as it stands, and nobody writes one for another basis', async () => {
    const { id } = await plantWaiting(desk)
    const insert = app.query(
      `INSERT INTO gate_finding (aid_group_id, gate, verdict, reason, basis, found_by_id) VALUES ($1, 'region', 'met', 'Good.', 'x', $2)`,
      [id, desk.reviewer.userId],
    )
    await expect(insert).rejects.toThrow('is about the dossier as it stands')
    await expect(app.query(`DELETE FROM gate_finding`)).rejects.toThrow('permission denied')
    await expect(app.query(`UPDATE gate_finding SET verdict = 'met'`)).rejects.toThrow('permission denied')
  })

  test('a licence opens an embargoed region, an export-control review what could serve an army, a word an account in another name', async () => {
    const sections = {
      delivery: { regions: [{ name: 'Sevastopol', areaCode: 'UA-40' }] },
      end_use: { hasDualUse: true, dualUseItems: ['generators' as const] },
    }
    const { id } = await plantWaiting(desk, sections)
    const before = await gatesOf(id)
    expect([before.region.state, before.export_control.state]).toEqual(['red', 'green'])
    await recordFinding(desk.reviewer, {
      ...{ aidGroupId: id, gate: 'region', verdict: 'met', reason: 'Licensed.' },
      detail: { licenceBasis: 'General licence 17' },
    })
    expect((await gatesOf(id)).region.state).toBe('green')
    const named = await plantWaiting(desk, { identity: { legalName: 'Інша назва', legalNameLatin: 'Another name' } })
    expect((await gatesOf(named.id)).bank_account).toMatchObject({ state: 'green', isJudged: true })
  })
})
