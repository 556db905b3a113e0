import { z } from 'zod'
import { now } from '#lib/clock.ts'
import { emailAddress } from '#lib/email/address.ts'
import { COUNTRY_CODES } from './list-countries.ts'
import { AREA_CODES } from './match-area.ts'
import type { SectionFields } from './parse-section.ts'
import { findStatement } from './read-statement.ts'
import { aidCategories, type SectionKind } from './types.ts'

/** What is missing or wrong, as a code: the page says it in the reader's language. */
export const problemCodes = [
  'missing',
  'too_short',
  'too_long',
  'choose',
  'answer',
  'day',
  'day_ahead',
  'email',
  'contact_staff',
  'web',
  'phone',
  'latin',
  'country',
  'area',
  'one_row',
  'one_name_a_line',
  'sign',
  'statement_changed',
  'iban',
  'iban_country',
  'account_either',
  'account_number',
  'bic',
  'currency',
  'holder',
  'reference_known',
  'reference_own',
  'reference_person',
  'reference_staff',
  'reference_same',
  'role',
  'born',
  'file',
  'name_latin_offered',
  'paper',
] as const
export type ProblemCode = (typeof problemCodes)[number]
/** The first problem of each field, by its path: `legalName`, `examples.0.what`. */
export type Problems = Record<string, ProblemCode>

const code = (problem: ProblemCode) => ({ error: problem })
const HIDDEN = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}]/u

/** Text that must be there. */
export const needed = (max: number, min = 1) =>
  z
    .string()
    .min(1, code('missing'))
    .min(min, code('too_short'))
    .max(max, code('too_long'))
    .refine((text) => !HIDDEN.test(text), code('missing'))

/** Text that may be empty. */
export const optional = (max: number) => z.string().max(max, code('too_long'))
const orEmpty = <Rule extends z.ZodType>(rule: Rule) => z.union([z.literal(''), rule])

const isDay = (day: string) => {
  const date = new Date(`${day}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}
/** A day up to today; a day ahead of UTC somewhere on Earth it is already tomorrow. */
const pastDay = z
  .string()
  .min(1, code('missing'))
  .refine(isDay, code('day'))
  .refine((day) => !isDay(day) || Date.parse(day) <= now().getTime() + 86_400_000, code('day_ahead'))

export const latin = (max: number) =>
  needed(max).refine((text) => /^[\p{Script=Latin}\p{Mn}\p{N}\p{P}\p{S}\p{Zs}’ʼ]+$/u.test(text), code('latin'))

/** ISO 3166-1 alpha-2, one that exists. */
export const isCountry = (text: string) => COUNTRY_CODES.includes(text)
export const country = z.string().min(1, code('choose')).refine(isCountry, code('country'))
export const mailAddress = z
  .string()
  .min(1, code('missing'))
  .refine((text) => emailAddress.safeParse(text).success, code('email'))

const web = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname.includes('.') && text.length <= 300
}, code('web'))
const phone = z.string().refine((text) => /^\+?[\d\s()./-]{6,30}$/.test(text), code('phone'))
const yesOrNo = z.boolean(code('answer'))

/** A signature is whole: the text as it stands today or stood then, by whom, as what, when. */
const signed = { signedName: needed(200, 3), signedRole: needed(200), signedOn: pastDay }

/** The words a yes needs: `field` is filled when `asks` says so. */
function when<Fields>(
  asks: (fields: Fields) => boolean,
  field: string,
  isThere: (fields: Fields) => boolean,
  problem: ProblemCode,
) {
  return (fields: Fields, context: z.core.$RefinementCtx<Fields>) => {
    if (asks(fields) && !isThere(fields))
      context.addIssue({ code: 'custom', path: [field], message: problem, input: fields })
  }
}

const example = z.object({
  what: needed(500),
  when: needed(100),
  where: needed(200),
  amount: optional(100),
  partner: optional(200),
})
/** As carriers_of in the database reads it: a longer line is none of the names that the lists are asked for. */
const isOneNameALine = (text: string) => text.split(/[;\n]/).every((line) => line.trim().length <= 120)
const area = z.object({
  name: needed(200),
  areaCode: z
    .string()
    .min(1, code('choose'))
    .refine((text) => (AREA_CODES as readonly string[]).includes(text), code('area')),
})

const complete = {
  identity: z.object({
    legalName: needed(200, 3),
    legalNameLatin: latin(200),
    otherNames: z.array(needed(200)),
    summary: needed(1000, 20),
    country,
    region: needed(120, 2),
    address: needed(500, 5),
    website: orEmpty(web),
    contactName: needed(200, 3),
    contactEmail: mailAddress,
    contactPhone: orEmpty(phone),
    foundedOn: orEmpty(pastDay),
  }),
  registration: z.object({ number: needed(100), register: needed(200, 3), country, registeredOn: orEmpty(pastDay) }),
  governance: z
    .object({
      governingDocumentDated: pastDay,
      hasDissolutionClause: yesOrNo,
      dissolutionClauseText: optional(5000),
      // What was kept before it was asked for lacks it.
      hasNoOwners: z.boolean().nullish(),
    })
    .superRefine(
      when(
        (data) => data.hasDissolutionClause,
        'dissolutionClauseText',
        (data) => data.dissolutionClauseText.length >= 20,
        'too_short',
      ),
    ),
  past_work: z.object({ summary: needed(5000, 20), examples: z.array(example).min(1, code('one_row')) }),
  delivery: z.object({
    countries: z.array(country).min(1, code('choose')),
    regions: z.array(area).min(1, code('one_row')),
    categories: z.array(z.enum(aidCategories, code('choose'))).min(1, code('choose')),
    intermediaries: optional(3000).refine(isOneNameALine, code('one_name_a_line')),
    licenceBasis: optional(3000),
  }),
  end_use: z
    .object({
      statementVersion: z.string().min(1, code('sign')),
      statementSha256: z.string(),
      ...signed,
      hasDualUse: yesOrNo,
      dualUseItems: z.array(z.string()),
      dualUseDetails: optional(3000),
    })
    .superRefine(
      when(
        (data) => data.statementVersion !== '',
        'statementVersion',
        (data) => findStatement('end_use', data.statementVersion, data.statementSha256) !== null,
        'statement_changed',
      ),
    )
    .superRefine(
      when(
        (data) => data.hasDualUse,
        'dualUseItems',
        (data) => data.dualUseItems.length > 0,
        'choose',
      ),
    )
    .superRefine(
      when(
        (data) => data.hasDualUse,
        'dualUseDetails',
        (data) => data.dualUseDetails.length >= 10,
        'too_short',
      ),
    ),
  safeguarding: z.object({ hasPolicy: yesOrNo, policySummary: needed(5000, 20), contact: needed(300, 3) }),
  conflicts: z
    .object({ none: yesOrNo, declarations: z.array(z.object({ person: needed(200), interest: needed(1000) })) })
    .superRefine(
      when(
        (data) => !data.none,
        'declarations',
        (data) => data.declarations.length > 0,
        'one_row',
      ),
    ),
  agreement: z
    .object({ agreementVersion: z.string().min(1, code('sign')), agreementSha256: z.string(), ...signed })
    .superRefine(
      when(
        (data) => data.agreementVersion !== '',
        'agreementVersion',
        (data) => findStatement('agreement', data.agreementVersion, data.agreementSha256) !== null,
        'statement_changed',
      ),
    ),
} satisfies Record<SectionKind, z.ZodType>

/** What a section still lacks; empty when it is complete. */
export function checkSection<Kind extends SectionKind>(section: Kind, fields: SectionFields<Kind>): Problems {
  return problemsOf(complete[section].safeParse(fields))
}

/** The first problem of each field. */
function problemsOf(result: z.ZodSafeParseResult<unknown>): Problems {
  if (result.success) return {}
  const problems: Problems = {}
  for (const { path, message } of result.error.issues) {
    const problem = problemCodes.find((known) => known === message) ?? 'missing'
    problems[path.join('.')] ??= problem
  }
  return problems
}
