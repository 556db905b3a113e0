import { z } from 'zod'
import { dualUseItems, type SectionData, type SectionKind } from './types.ts'

const TEXT_MAX = 8000
const ROWS_MAX = 30

/** What somebody typed, whatever it is: kept, only without what no text in the database can hold. */
const typed = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value : ''))
  .transform((text) => text.replaceAll('\0', '').replaceAll('\r\n', '\n').toWellFormed().normalize('NFC'))
  .transform((text) => text.trim().slice(0, TEXT_MAX).toWellFormed())

/** yes, no, or not answered yet. */
const answer = z
  .unknown()
  .optional()
  .transform((value) => {
    if (value === true || value === 'yes') return true
    return value === false || value === 'no' ? false : null
  })

const list = <Row extends z.ZodType>(row: Row) =>
  z
    .unknown()
    .optional()
    .transform((value) => (Array.isArray(value) ? value.slice(0, ROWS_MAX) : value ? [value] : []))
    .pipe(z.array(row))

const texts = list(typed).transform((rows) => [...new Set(rows.filter((row) => row !== ''))])

/** A table somebody fills: rows without a word in them are none. */
const rows = <Shape extends z.ZodRawShape>(shape: Shape) =>
  list(z.preprocess((row) => row ?? {}, z.object(shape))).transform((all) =>
    all.filter((row) => Object.values(row).some((cell) => cell !== '')),
  )

const signature = { signedName: typed, signedRole: typed, signedOn: typed }

/** The form each section is kept in: nothing is refused here, see check-section.ts for what is missing or wrong. */
const kept = {
  identity: z.object({
    legalName: typed,
    legalNameLatin: typed,
    otherNames: texts,
    summary: typed,
    country: typed,
    region: typed,
    address: typed,
    website: typed,
    contactName: typed,
    contactEmail: typed,
    contactPhone: typed,
    foundedOn: typed,
  }),
  registration: z.object({ number: typed, register: typed, country: typed, registeredOn: typed }),
  governance: z.object({
    governingDocumentDated: typed,
    hasDissolutionClause: answer,
    dissolutionClauseText: typed,
    hasNoOwners: answer,
  }),
  past_work: z.object({
    summary: typed,
    examples: rows({ what: typed, when: typed, where: typed, amount: typed, partner: typed }),
  }),
  delivery: z.object({
    countries: texts,
    regions: rows({ name: typed, areaCode: typed }),
    categories: texts,
    intermediaries: typed,
    licenceBasis: typed,
  }),
  end_use: z.object({
    statementVersion: typed,
    statementSha256: typed,
    ...signature,
    hasDualUse: answer,
    dualUseItems: texts.transform((items) => dualUseItems.filter((known) => items.includes(known))),
    dualUseDetails: typed,
  }),
  safeguarding: z.object({ hasPolicy: answer, policySummary: typed, contact: typed }),
  conflicts: z.object({ none: answer, declarations: rows({ person: typed, interest: typed }) }),
  agreement: z.object({ agreementVersion: typed, agreementSha256: typed, ...signature }),
} satisfies Record<SectionKind, z.ZodType>

/** What a section holds beside `complete`. */
export type SectionFields<Kind extends SectionKind> = Omit<SectionData[Kind], 'complete'>

/** Brings what a form or a program sent into the section's shape. Never throws: nothing typed is lost for being wrong. */
export function parseSection<Kind extends SectionKind>(section: Kind, input: unknown): SectionFields<Kind> {
  const given = typeof input === 'object' && input !== null ? input : {}
  return kept[section].parse(given) as unknown as SectionFields<Kind>
}
