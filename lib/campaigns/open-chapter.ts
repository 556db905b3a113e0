import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { requireAdmin } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { parseInput } from '#lib/parse-input.ts'
import { makeSlug } from '#lib/vetting/make-slug.ts'
import { oneLine } from '#lib/vetting/schema.ts'
import { currencyChoice } from './schema.ts'

const chapterSchema = z.object({
  name: oneLine('the name of the chapter', 2, 80),
  legalName: oneLine('the name it is registered under', 2, 200),
  city: oneLine('the city', 2, 80),
  country: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{2}$/, 'Enter the two letters of the country, like US or GB.'),
  currency: currencyChoice,
  deductibility: z.enum(['c3', 'none', 'giftaid', 'other'], 'Choose what receipts say about tax.'),
})

/**
 * Opens a chapter with its general fund, the one fund without donor restrictions. Answers its id. For instance
 * administrators; a name that is taken is refused at its field.
 */
export async function openChapter(actor: Actor, input: unknown): Promise<string> {
  requireAdmin(actor)
  const facts = parseInput(chapterSchema, input)
  const id = newId()
  const slug = makeSlug(facts.name, 'chapter')
  await inTransaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`chapter:${slug}`}, 0))`
    if ((await tx.chapter.count({ where: { slug } })) > 0) {
      const fieldErrors = { name: ['There is a chapter with this name already.'] }
      throw new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors })
    }
    const generalFundId = await openFund(tx, {
      ...{ chapterId: id, campaignId: null, restriction: 'without' },
      ...{ currency: facts.currency, name: `${facts.name}, general fund` },
    })
    await tx.chapter.create({ data: { ...facts, id, slug, generalFundId } })
    await recordEvent(tx, actor, { action: 'chapter.open', subjectType: 'chapter', subjectId: id, chapterId: id })
  })
  return id
}
