import { db } from '#lib/db/client.ts'
import { settleDonation } from '#lib/donations/settle-donation.ts'
import { newId } from '#lib/ids.ts'
import { begin, GUEST, payAt, sessionIdOf } from './world.ts'

/** A gift that has arrived: given, paid at the sandbox's page and settled as the return page does it. */
export async function giveSettled(slug: string, fields: Record<string, unknown> = {}) {
  const email = typeof fields['email'] === 'string' ? fields['email'] : `giver-${newId().slice(-10)}@example.org`
  const started = await begin(slug, { ...fields, email })
  await payAt(started.checkoutUrl)
  await settleDonation(GUEST, { sessionId: sessionIdOf(started.checkoutUrl) })
  const { donorId } = await db().donation.findUniqueOrThrow({ where: { id: started.donationId } })
  return { ...started, email, donorId }
}
