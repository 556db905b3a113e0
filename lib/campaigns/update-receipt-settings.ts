import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { requireAdmin } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { longText, oneLine } from '#lib/vetting/schema.ts'

const MONTHS = 12

const settingsSchema = z
  .object({
    chapterId: z.uuid('There is no such chapter.'),
    /** The version the form showed; another one since then is not overwritten unseen. */
    version: z.coerce.number('Open the page again.').int('Open the page again.').min(1, 'Open the page again.'),
    legalName: oneLine('the name it is registered under', 2, 200),
    address: longText('the address', 0, 400),
    registrationNumber: oneLine('the number', 0, 40),
    deductibility: z.enum(['c3', 'none', 'giftaid', 'other'], 'Choose what receipts say about tax.'),
    ownSentence: longText('the sentence', 0, 600),
    goodsStatement: longText('the statement', 0, 600),
    signatureLine: oneLine('the line', 0, 160),
    fiscalYearStartMonth: z.coerce
      .number('Choose a month.')
      .int('Choose a month.')
      .min(1, 'Choose a month.')
      .max(MONTHS, 'Choose a month.'),
    timeZone: z.string('Choose a time zone.').refine(isTimeZone, 'Choose a time zone from the list.'),
  })
  .superRefine((settings, context) => {
    const { deductibility, registrationNumber, ownSentence } = settings
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (deductibility === 'c3' && !/^\d{2}-\d{7}$/.test(registrationNumber)) {
      refuse(
        'registrationNumber',
        'Enter the EIN, like 12-3456789: an acknowledgment for gifts of $250 and more needs it.',
      )
    }
    if (deductibility === 'giftaid' && registrationNumber === '') {
      refuse('registrationNumber', 'Enter the charity number: Gift Aid is claimed under it.')
    }
    if (deductibility === 'other' && ownSentence.length < 10) {
      refuse('ownSentence', 'Write the sentence that receipts carry about tax.')
    }
  })

/**
 * Writes a new version of what a chapter's receipts say. Receipts that were issued keep the version of their day. For
 * instance administrators; `conflict` when somebody else wrote a version since the form was opened.
 */
export async function updateReceiptSettings(actor: Actor, input: unknown): Promise<void> {
  const { userId } = requireAdmin(actor)
  const { chapterId, version, ...facts } = parseInput(settingsSchema, input)
  await inTransaction(async (tx) => {
    const chapters = await tx.$queryRaw<{ country: string }[]>`
      SELECT country FROM chapter WHERE id = ${chapterId}::uuid FOR UPDATE`
    const [chapter] = chapters
    if (!chapter) throw new AppError('not_found', 'There is no such chapter.')
    const current = await tx.receiptSettings.findFirstOrThrow({ where: { chapterId }, orderBy: { version: 'desc' } })
    if (current.version !== version) {
      throw new AppError('conflict', 'Somebody else changed these settings since you opened the page. Open it again.')
    }
    const changed = (Object.keys(facts) as (keyof typeof facts)[]).filter((key) => facts[key] !== current[key])
    if (changed.length === 0) return
    await tx.receiptSettings.create({
      data: { ...facts, chapterId, country: chapter.country, version: version + 1, createdById: userId },
    })
    const { legalName, deductibility } = facts
    await tx.chapter.update({ where: { id: chapterId }, data: { legalName, deductibility } })
    await recordEvent(tx, actor, {
      ...{ action: 'chapter.change_receipts', subjectType: 'chapter', subjectId: chapterId, chapterId },
      detail: { version: version + 1, changed },
    })
  })
}

function isTimeZone(name: string): boolean {
  return name === 'UTC' || Intl.supportedValuesOf('timeZone').includes(name)
}
