import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import type { RiskTier } from './types.ts'

/** The fourteen gates of an approval in the order in which a reviewer works through them. */
export const approvalGates = [
  'legal_existence',
  'governing_document',
  'controllers',
  'screening',
  'bank_account',
  'references',
  'past_work',
  'end_use',
  'export_control',
  'region',
  'safeguarding',
  'conflicts',
  'agreement',
  'risk_tier',
] as const
export type ApprovalGate = (typeof approvalGates)[number]

/** `licenceBasis` belongs to the gate `region`, `classification` to `export_control`, `riskTier` to `risk_tier`. */
type FindingDetail = { licenceBasis?: string; classification?: string; riskTier?: RiskTier }

/** The newest word of a reviewer on a gate; `isCurrent` while what they looked at has not changed. */
type FindingView = {
  id: string
  verdict: 'met' | 'failed'
  reason: string
  detail: FindingDetail
  foundById: string
  foundAt: Date
  isCurrent: boolean
}

export type GateView = {
  gate: ApprovalGate
  /** Green; open: something is missing; red: something says no. */
  state: 'green' | 'open' | 'red'
  /** In words what it takes; null when green. */
  missing: string | null
  /** Whether a reviewer has to say yes besides what the dossier shows. */
  isJudged: boolean
  finding: FindingView | null
}

type Row = Omit<GateView, 'finding'> & { basis: string }

/** All gates of an aid group's approval as the database judges them now; the approval asks the same function again. */
export async function listGates(client: DbClient, aidGroupId: string, at: Date = now()): Promise<GateView[]> {
  const rows = await client.$queryRaw<Row[]>`
    SELECT gap.gate::text AS gate, gap.state, gap.missing, fact.is_judged AS "isJudged",
      aid_group_gate_basis(${aidGroupId}::uuid, gap.gate) AS basis
    FROM aid_group_approval_gaps(${aidGroupId}::uuid, ${at}::timestamptz) AS gap
      JOIN aid_group_gate_facts(${aidGroupId}::uuid, ${at}::timestamptz) AS fact ON fact.gate = gap.gate
    ORDER BY gap.gate`
  const findings = await client.gateFinding.findMany({
    where: { aidGroupId },
    orderBy: [{ gate: 'asc' }, { foundAt: 'desc' }, { id: 'desc' }],
    distinct: ['gate'],
  })
  return rows.map(({ basis, ...row }) => {
    const found = findings.find(({ gate }) => gate === row.gate)
    if (!found) return { ...row, finding: null }
    const { id, verdict, reason, foundById, foundAt } = found
    const finding = { id, verdict, reason, foundById, foundAt, isCurrent: found.basis === basis }
    return { ...row, finding: { ...finding, detail: found.detail as FindingDetail } }
  })
}

const LABELS: Record<ApprovalGate, string> = {
  legal_existence: 'Legal existence',
  governing_document: 'Governing document',
  controllers: 'People behind it',
  screening: 'Sanctions lists',
  bank_account: 'Bank account',
  references: 'References',
  past_work: 'Past work',
  end_use: 'End use',
  export_control: 'Export control',
  region: 'Region of delivery',
  safeguarding: 'Safeguarding',
  conflicts: 'Conflicts of interest',
  agreement: 'Agreement',
  risk_tier: 'Risk',
}

/** Why the approval has to wait, in a sentence for each gate that is not green; null when all are. */
export function explainGates(gates: readonly GateView[]): string | null {
  const shut = gates.filter(({ state }) => state !== 'green')
  if (shut.length === 0) return null
  const reasons = shut.map(({ gate, missing }) => `${LABELS[gate]}: ${missing ?? 'not met.'}`)
  return `The approval has to wait. ${reasons.join(' ')}`
}
