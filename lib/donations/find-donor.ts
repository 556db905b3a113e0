import { z } from 'zod'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { emailAddress } from '#lib/email/address.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { donorChapterIds } from './policy.ts'

/**
 * The donor with an address, for a treasurer in whose chapter they gave: the id that the list of gifts takes, so that no
 * address stands in an address line. Whether somebody gave to another chapter is not told. Throws `invalid_input`.
 */
export async function findDonor(actor: Actor, input: unknown): Promise<string> {
  const { email } = parseInput(z.object({ email: emailAddress }), input)
  const donor = await db().donor.findFirst({
    where: { email, donations: { some: { campaign: { chapterId: { in: donorChapterIds(actor) } } } } },
    select: { id: true },
  })
  if (donor) return donor.id
  const message = 'Nobody with this address gave to your chapters.'
  throw new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors: { email: [message] } })
}
