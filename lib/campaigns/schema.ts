import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { formatMoney } from '#lib/money/format.ts'
import { parseMoney } from '#lib/money/parse.ts'
import { dayText, idText, longText, oneLine, reasonText } from '#lib/vetting/schema.ts'
import { endOf } from './policy.ts'
import { aidCategories, surplusRules } from './types.ts'

/** The currencies a campaign may collect in; each is one the ledger holds and Stripe takes. */
export const campaignCurrencies = [
  'USD',
  'EUR',
  'GBP',
  'UAH',
  'PLN',
  'CAD',
  'AUD',
  'CHF',
  'CZK',
  'DKK',
  'NOK',
  'SEK',
  'RON',
  'JPY',
  'KWD',
] as const

export const BUDGET_ROWS = 9
const AID_GROUPS_MAX = 5

export const currencyChoice = z.enum(campaignCurrencies, 'Choose a currency.')

const moneyText = (currency: string) =>
  z
    .preprocess((value) => value ?? '', z.string('Write the amount as text.'))
    .transform((text, context) => {
      try {
        return parseMoney(text, currency)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        context.addIssue({ code: 'custom', message: error.message })
        return z.NEVER
      }
    })

const isEmptyRow = (row: unknown) =>
  typeof row === 'object' &&
  row !== null &&
  ['category', 'description', 'amount'].every(
    (key) => String((row as Record<string, unknown>)[key] ?? '').trim() === '',
  )

// An empty row stays in its place as null, so that a message about the third row stands at the third row.
const budgetRows = (currency: string) =>
  z
    .array(
      z.preprocess(
        (row) => (isEmptyRow(row) ? null : row),
        z
          .object({
            category: z.enum(aidCategories, 'Choose what kind of aid this is.'),
            description: oneLine('what the line pays for', 3, 200),
            amount: moneyText(currency),
          })
          .nullable(),
      ),
    )
    .max(BUDGET_ROWS, `A budget has at most ${BUDGET_ROWS} lines.`)
    .transform((rows) => rows.filter((row) => row !== null))

const secondCurrency = z.preprocess(
  (value) => (value === '' || value === undefined ? null : value),
  currencyChoice.nullable(),
)

const optionalId = z.preprocess((value) => (value === '' || value === undefined ? null : value), idText.nullable())

/**
 * Everything an organizer says about a campaign, in this currency. A draft may still lack budget lines, aid groups and a
 * picture; what it has must be right.
 */
export function campaignSchema(currency: string, at: Date) {
  return z
    .object({
      title: oneLine('a title', 5, 100),
      summary: oneLine('a summary', 20, 280),
      story: longText('the story', 50, 20_000),
      goal: moneyText(currency),
      alsoCurrency: secondCurrency.refine((also) => also !== currency, 'Choose another than the campaign’s own.'),
      deadline: dayText.refine(
        (day) => day === null || endOf(day) > at,
        'The last day for gifts has passed. Choose a later one.',
      ),
      coverFileId: optionalId,
      coverAlt: oneLine('the description', 0, 200),
      surplusRule: z.enum(surplusRules, 'Choose what happens with money that is left.'),
      alternateAidGroupId: optionalId,
      aidGroupIds: z
        .array(idText, 'Choose from the list.')
        .max(AID_GROUPS_MAX, `Choose at most ${AID_GROUPS_MAX} aid groups.`)
        .transform((ids) => [...new Set(ids)]),
      budget: budgetRows(currency),
    })
    .superRefine(({ goal, budget, coverFileId, coverAlt, alternateAidGroupId, aidGroupIds }, context) => {
      if (alternateAidGroupId !== null && aidGroupIds.includes(alternateAidGroupId)) {
        const message = 'Choose a group that the campaign is not for already.'
        context.addIssue({ code: 'custom', path: ['alternateAidGroupId'], message })
      }
      const plannedMinor = budget.reduce((sum, { amount }) => sum + amount, 0n)
      if (plannedMinor > goal) {
        const message = `The budget lines add up to ${formatMoney(plannedMinor, currency)}, which is more than the goal. Raise the goal or lower a line.`
        context.addIssue({ code: 'custom', path: ['goal'], message })
      }
      if (coverFileId && !coverAlt) {
        const message = 'Say what the picture shows, for those who cannot see it.'
        context.addIssue({ code: 'custom', path: ['coverAlt'], message })
      }
    })
}

export type CampaignInput = z.output<ReturnType<typeof campaignSchema>>

export const newCampaignSchema = z.object({ chapterId: idText, currency: currencyChoice })

export const versionSchema = z.object({
  campaignId: idText,
  version: z.coerce.number('The page is out of date. Load it again.').int().min(1).max(2_000_000_000),
})

export const reviewSchema = versionSchema
  .extend({
    decision: z.enum(['approve', 'send_back'], 'Choose what to do.'),
    note: longText('a note', 0, 2000),
  })
  .refine(({ decision, note }) => decision === 'approve' || note.length >= 3, {
    path: ['note'],
    message: 'Say what must change before it can go live.',
  })

export const stepSchema = z.object({ campaignId: idText, reason: reasonText })

export const updateSchema = z.object({
  campaignId: idText,
  title: oneLine('a title', 3, 120),
  body: longText('the update', 10, 10_000),
})

export const updateReviewSchema = z.object({
  updateId: idText,
  verdict: z.enum(['allowed', 'refused'], 'Choose one of the two.'),
  reason: longText('the reason', 3, 1_000),
})
