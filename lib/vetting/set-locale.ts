import { z } from 'zod'
import type { ApplicantActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { parseInput } from '#lib/parse-input.ts'
import { locales } from './types.ts'

const localeSchema = z.object({ locale: z.enum(locales) })

/** The language in which the holder of a link reads its pages and gets its mails from now on. */
export async function setLocale(actor: ApplicantActor, input: unknown): Promise<void> {
  const { locale } = parseInput(localeSchema, input)
  const { applicationId: id, aidGroupId } = actor
  await db().vettingApplication.updateMany({ where: { id, aidGroupId }, data: { locale } })
}
