import { z } from 'zod'
import type { Actor } from '#lib/auth/types.ts'
import type { DbClient } from '#lib/db/client.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { requireInScope } from './move-group.ts'
import { recordFinding } from './record-finding.ts'
import { idText, reasonText } from './schema.ts'

const confirmSchema = z.object({
  aidGroupId: idText,
  gates: z.array(z.string()).min(1, 'Choose at least one gate.'),
  reason: reasonText,
})

/** A gate that was found to be met, and whose facts are still those of then. */
export type UnchangedFinding = { gate: string; reason: string; detail: unknown; foundById: string; foundAt: Date }

/**
 * What a renewal can confirm without reading it again: the newest finding of each gate, where it said yes, is about the
 * same facts as today, and was recorded before this review began. It decides nothing about who may see it.
 */
export async function listUnchangedFindings(client: DbClient, aidGroupId: string): Promise<UnchangedFinding[]> {
  return await client.$queryRaw<UnchangedFinding[]>`
    SELECT f.gate::text AS gate, f.reason, f.detail, f.found_by_id::text AS "foundById", f.found_at AS "foundAt"
    FROM (SELECT DISTINCT ON (f.gate) f.* FROM gate_finding AS f WHERE f.aid_group_id = ${aidGroupId}::uuid
          ORDER BY f.gate, f.found_at DESC, f.id DESC) AS f
    WHERE f.verdict = 'met' AND f.basis = aid_group_gate_basis(f.aid_group_id, f.gate)
      AND f.found_at < (SELECT max(c.at) FROM aid_group_status_change AS c
        WHERE c.aid_group_id = f.aid_group_id AND c.to_status = 'in_review'
          AND c.from_status IN ('approved', 'approved_with_conditions', 'expiring', 'expired'))
    ORDER BY f.gate`
}

/**
 * Confirms unchanged findings in one go. Each gate gets a finding of its own, with this reviewer's name and the facts it
 * rests on today; what a finding recorded beside its reason, such as a licence, is carried over. Answers how many.
 * Throws `wrong_state` when one of them is not unchanged, and what `recordFinding` throws.
 */
export async function confirmFindings(actor: Actor, input: unknown): Promise<number> {
  const { aidGroupId, gates, reason } = parseInput(confirmSchema, input)
  await requireInScope(actor, aidGroupId)
  const unchanged = new Map((await listUnchangedFindings(db(), aidGroupId)).map((finding) => [finding.gate, finding]))
  const findings = [...new Set(gates)].map((gate) => unchanged.get(gate))
  if (findings.some((finding) => finding === undefined)) {
    throw new AppError(
      'wrong_state',
      'One of these has changed in the meantime, or was confirmed already. Load the page again.',
    )
  }
  for (const finding of findings) {
    if (!finding) continue
    const { gate, detail } = finding
    await recordFinding(actor, { aidGroupId, gate, verdict: 'met', reason, detail })
  }
  return findings.length
}
