import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { requireAdmin } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { parseInput } from '#lib/parse-input.ts'

const defenceSchema = z.object({
  mode: z.enum(['auto', 'on', 'off'], 'Choose one of the three.'),
  reason: z.string().trim().min(3, 'Say in a few words why.').max(500, 'Use at most 500 characters.'),
})

/** An administrator sets whether givers are challenged: as the counts say, always, or never. A tripped breaker ends with it. */
export async function setDefence(actor: Actor, input: unknown): Promise<void> {
  requireAdmin(actor)
  const { mode, reason } = parseInput(defenceSchema, input)
  await inTransaction(async (tx) => {
    const data = { mode, trippedUntil: null, trippedReason: null }
    await tx.givingDefence.update({ where: { id: 1 }, data })
    await recordEvent(tx, actor, {
      ...{ action: 'defence.set', subjectType: 'defence', subjectId: '1' },
      ...{ reason, detail: { mode } },
    })
  })
}
