import { recordEvent } from '../audit/record-event.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { lockAdmins } from './revoke-admin.ts'
import type { SystemActor } from './types.ts'

/**
 * Gives a new installation its first instance administrator, who invites everybody else; does nothing where there is
 * one already. The address comes from whoever controls the program's settings. Answers whether it made one.
 */
export async function makeFirstAdmin(actor: SystemActor, email: string): Promise<boolean> {
  const address = email.trim().toLowerCase()
  return inTransaction(async (tx) => {
    await lockAdmins(tx)
    if ((await tx.user.count({ where: { isAdmin: true, disabledAt: null } })) > 0) return false
    const { id } = await tx.user.upsert({
      where: { email: address },
      create: { email: address, isAdmin: true },
      update: { isAdmin: true, disabledAt: null },
      select: { id: true },
    })
    await recordEvent(tx, actor, { action: 'admin.make_first', subjectType: 'user', subjectId: id })
    return true
  })
}
