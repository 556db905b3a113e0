import { z } from 'zod'
import { now } from '#lib/clock.ts'
import { emailAddress } from '#lib/email/address.ts'
import { currencies } from '#lib/money/currencies.ts'
import { approvalEnd } from './states.ts'
import { locales, type RiskTier } from './types.ts'

/** Characters nobody types on purpose: they break lines, hide text or turn its direction. */
const HIDDEN_IN_LINE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u
// The joiners U+200C and U+200D stay: Persian, Hindi and emoji need them. Longer texts have line breaks and tabs.
const HIDDEN_IN_TEXT = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}]/u

const asText = z.preprocess(
  (value) => (value === undefined || value === null ? '' : value),
  z.string('Write this as text.'),
)

/** One line a person typed: trimmed, of normal form, without hidden characters. `min` 0 makes it optional. */
export function oneLine(what: string, min: number, max: number) {
  return asText
    .transform((text) => text.trim().toWellFormed().normalize('NFC'))
    .refine((text) => min === 0 || text !== '', `Enter ${what}.`)
    .refine((text) => text === '' || text.length >= min, `${capital(what)} needs at least ${min} characters.`)
    .refine((text) => text.length <= max, `${capital(what)} has at most ${max} characters.`)
    .refine((text) => !HIDDEN_IN_LINE.test(text), `${capital(what)} has no line breaks and no hidden characters.`)
}

/** Several lines a person typed, with line breaks as `\n`. `min` 0 makes it optional. */
export function longText(what: string, min: number, max: number) {
  return asText
    .transform((text) => text.replaceAll('\r\n', '\n').trim().toWellFormed().normalize('NFC'))
    .refine((text) => min === 0 || text !== '', `Enter ${what}.`)
    .refine((text) => text === '' || text.length >= min, `${capital(what)} needs at least ${min} characters.`)
    .refine((text) => text.length <= max, `${capital(what)} has at most ${max.toLocaleString('en')} characters.`)
    .refine((text) => !HIDDEN_IN_TEXT.test(text), `${capital(what)} has no hidden control characters.`)
}

const capital = (what: string) => what.charAt(0).toUpperCase() + what.slice(1)

/** An id as our pages send it. */
export const idText = z.uuid('This is not one of the choices.')

/** Why a decision was taken; kept for ever beside it. */
export const reasonText = longText('the reason', 3, 2000)

/** A day as date inputs send it, 2026-11-23, or nothing. */
export const dayText = asText.transform((text, context) => {
  const day = text.trim()
  if (day === '') return null
  const date = new Date(`${day}T00:00:00Z`)
  if (/^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day))
    return date
  context.addIssue({ code: 'custom', message: 'Enter a date that exists, like 2027-03-31.' })
  return z.NEVER
})

export const nominationSchema = z.object({
  chapterId: idText,
  name: oneLine('the name of the group', 3, 120),
  publicAlias: oneLine('a public name', 0, 120),
  legalName: oneLine('the name it is registered under', 3, 200),
  summary: longText('what the group does', 20, 1000),
  country: oneLine('the country', 2, 60),
  region: oneLine('the region', 2, 120),
})

/** A nomination whose application goes out by link: by mail, which needs an address, or by hand. */
export const nominationByLinkSchema = nominationSchema
  .extend({
    how: z.enum(['mail', 'link'], 'Choose how the link reaches the group.'),
    email: z.preprocess((value) => (value === '' ? undefined : value), emailAddress.optional()),
    locale: z.enum(locales, 'Choose the language.'),
  })
  .superRefine(({ how, email }, context) => {
    if (how === 'link' || email !== undefined) return
    context.addIssue({ code: 'custom', path: ['email'], message: 'Enter the address to which the link is mailed.' })
  })

export const stepSchema = z.object({ aidGroupId: idText, reason: reasonText })

const currencyText = asText
  .transform((code) => code.trim().toUpperCase())
  .refine((code) => currencies.has(code), 'Choose a currency.')

export const PUBLISH_AFTER_DAYS_MAX = 365

/** How many days after its release a payment becomes public: whole days, none where nothing is written. */
export const publishAfterDaysText = asText
  .transform((text) => text.trim() || '0')
  .refine((text) => /^\d{1,3}$/.test(text) && Number(text) <= PUBLISH_AFTER_DAYS_MAX, {
    message: `Enter whole days, from 0 to ${PUBLISH_AFTER_DAYS_MAX}.`,
  })
  .transform(Number)

/** What the second approval says. `until` at the latest the end the risk tier allows, and that end when left empty. */
export const approvalSchema = z
  .object({
    aidGroupId: idText,
    reason: reasonText,
    riskTier: z.enum(['low', 'medium', 'high'], 'Choose the risk.'),
    until: dayText,
    conditions: longText('the conditions', 0, 1000),
    /** Left out it stays as it is. */
    publishAfterDays: publishAfterDaysText.optional(),
    /** How much may be paid under the approval, in each currency; none: what the risk allows in the chapter's. */
    caps: z
      .array(z.object({ currency: currencyText, amount: asText }))
      .max(20, 'These are too many currencies.')
      .default([]),
  })
  .superRefine(({ until, riskTier, caps }, context) => {
    if (new Set(caps.map(({ currency }) => currency)).size < caps.length) {
      context.addIssue({ code: 'custom', path: ['caps'], message: 'Name each currency once.' })
    }
    const problem = until ? refuseUntil(until, riskTier) : null
    if (problem) context.addIssue({ code: 'custom', path: ['until'], message: problem })
  })

function refuseUntil(until: Date, riskTier: RiskTier): string | null {
  const latest = approvalEnd(now(), riskTier)
  if (until <= now()) return 'This day has passed. Choose a later one.'
  if (until > latest) {
    return `With ${riskTier} risk an approval lasts until ${latest.toISOString().slice(0, 10)} at most.`
  }
  return null
}
