import type { DbClient } from '#lib/db/client.ts'
import { queueMail } from '#lib/email/queue-mail.ts'
import { sentDespiteMail } from '#lib/email/sent-despite-mail.tsx'
import { env } from '#lib/env.ts'
import type { Gate } from '#lib/purposes/types.ts'
import { GATE_LABELS } from './policy.ts'

type Sent = { id: string; number: number; chapterId: string; aidGroupId: string }

/**
 * Writes to the treasurers of the campaign's chapter, and to the vetting reviewers of the aid group's, that a wire was
 * recorded although a gate had shut after it was begun: who stopped the money hears that it had left.
 */
export async function notifySentDespite(tx: DbClient, { id, number, chapterId, aidGroupId }: Sent, gate: Gate) {
  const group = await tx.aidGroup.findUniqueOrThrow({ where: { id: aidGroupId }, select: { chapterId: true } })
  const roles = await tx.chapterRole.findMany({
    where: {
      OR: [
        { chapterId, role: 'treasurer' },
        { chapterId: group.chapterId, role: 'vetting_reviewer' },
      ],
      ...{ revokedAt: null, user: { disabledAt: null } },
    },
    distinct: ['userId'],
    select: { role: true, user: { select: { email: true } } },
    orderBy: { userId: 'asc' },
  })
  const base = env().APP_URL.replace(/\/$/, '')
  for (const { role, user } of roles) {
    const path = role === 'treasurer' ? `/treasurer/disbursements/${id}` : `/vetting/aid-groups/${aidGroupId}`
    const facts = { recipient: user.email, number, asked: GATE_LABELS[gate] ?? gate, deskUrl: `${base}${path}` }
    await queueMail(tx, sentDespiteMail(facts))
  }
}
