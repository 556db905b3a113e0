import type { DbClient } from '#lib/db/client.ts'
import type { FieldErrors } from '#lib/errors.ts'
import { PurposeRefused, prohibitedSentence } from './explain-refusal.ts'
import type { Finding } from './types.ts'

export type Findings = { prohibited: Finding[]; dualUse: Finding[] }

/** A text of a form, with the name of the field it was typed into. */
export type TypedText = { field: string; text: string }

/**
 * Reads texts against the list of words, in every language of the list. The database does it, with the very function
 * that its own gates ask, so that nothing passes here and fails there.
 */
export async function checkPurpose(client: DbClient, texts: readonly string[]): Promise<Findings> {
  // The database keeps no text with a zero character, and the forms refuse it in words of their own.
  const said = texts.map((text) => text.replaceAll('\u0000', ''))
  const findings = await client.$queryRaw<Finding[]>`
    SELECT f.word_id AS "wordId", f.language, f.kind, f.word, f.category, f.found, (said.n - 1)::integer AS text, f.at
    FROM unnest(${said}::text[]) WITH ORDINALITY AS said (words, n), LATERAL purpose_findings(said.words) AS f
    ORDER BY said.n, f.at`
  return {
    prohibited: findings.filter(({ kind }) => kind === 'prohibited'),
    dualUse: findings.filter(({ kind }) => kind === 'dual_use'),
  }
}

/** Throws `invalid_input`, a PurposeRefused, with a message at each field that holds a prohibited word. */
export async function requireCivilian(client: DbClient, typed: readonly TypedText[]): Promise<void> {
  const { prohibited } = await checkPurpose(
    client,
    typed.map(({ text }) => text),
  )
  if (prohibited.length === 0) return
  const fieldErrors: FieldErrors = {}
  for (const finding of prohibited) {
    const field = typed[finding.text]?.field ?? ''
    fieldErrors[field] = [...(fieldErrors[field] ?? []), prohibitedSentence(finding)]
  }
  const message = 'Aid is humanitarian or medical only. Nothing was saved, and what you typed is still here.'
  throw new PurposeRefused('prohibited_purpose', 'invalid_input', message, { fieldErrors })
}

/** The places of the rows that somebody filled: a form has more rows than lines, and a message belongs to its row. */
export function filledRows(rows: unknown): number[] {
  if (!Array.isArray(rows)) return []
  return [...rows.keys()].filter((row) => {
    return Object.values((rows[row] ?? {}) as Record<string, unknown>).some((text) => String(text ?? '').trim() !== '')
  })
}
