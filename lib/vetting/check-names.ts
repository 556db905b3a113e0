import type { DbClient } from '#lib/db/client.ts'
import { AppError, type FieldErrors } from '#lib/errors.ts'

/** A text that everybody will read, with the name of the field it was typed into. */
export type PublicText = { field: string; text: string }

const LETTERS_MIN = 3
const REAL_NAME =
  'This is the real name of an aid group that goes by another one in public, for its safety. Write its public name.'

/** Throws `invalid_input` at each field that tells the real name of an aid group with a public alias. */
export async function requireAliases(client: DbClient, typed: readonly PublicText[]): Promise<void> {
  const names = await listHiddenNames(client)
  const fieldErrors: FieldErrors = {}
  for (const { field, text } of typed) {
    if (names.some((name) => tellsName(text, name))) fieldErrors[field] = [REAL_NAME]
  }
  if (Object.keys(fieldErrors).length > 0) throw new AppError('invalid_input', SOME_FIELDS, { fieldErrors })
}

export const SOME_FIELDS = 'Some fields need your attention.'

/** Whether the text has the name in it, whole words of it, however it is spaced, capitalized and punctuated. */
export function tellsName(text: string, name: string): boolean {
  const words = wordsOf(name)
  return words.length >= LETTERS_MIN && ` ${wordsOf(text)} `.includes(` ${words} `)
}

/**
 * The names of aid groups with an alias that are nowhere public: what they are called, and what they are registered as and
 * also called as it was last approved. Only of groups that somebody of a chapter nominated, reviews or approved, and
 * never what a link alone can write: else anybody could stop every text with a draft that calls itself "Food". A name
 * that the alias itself has in it hides nothing.
 */
async function listHiddenNames(client: DbClient): Promise<string[]> {
  const rows = await client.$queryRaw<{ name: string; alias: string }[]>`
    WITH hidden AS (
      SELECT g.id, g.name, g.legal_name, g.public_alias AS alias, (
        SELECT (a.section_versions ->> 'identity')::int FROM aid_group_approval AS a
        WHERE a.aid_group_id = g.id ORDER BY a.at DESC LIMIT 1) AS version
      FROM aid_group AS g WHERE g.public_alias IS NOT NULL AND (g.nominated_by_id IS NOT NULL OR g.reviewed_by_id IS NOT NULL
        OR EXISTS (SELECT FROM aid_group_approval AS a WHERE a.aid_group_id = g.id))),
    approved AS (
      SELECT hidden.alias, s.data FROM hidden
      JOIN dossier_section AS s ON s.aid_group_id = hidden.id AND s.section = 'identity' AND s.version = hidden.version)
    SELECT name, alias FROM hidden
    UNION SELECT legal_name, alias FROM hidden WHERE legal_name IS NOT NULL AND NOT EXISTS (
      SELECT FROM dossier_section AS s WHERE s.aid_group_id = hidden.id AND s.section = 'identity')
    UNION SELECT written.name, alias FROM approved,
      unnest(ARRAY[data ->> 'legalName', data ->> 'legalNameLatin']) AS written (name) WHERE written.name <> ''
    UNION SELECT other.name, alias FROM approved, jsonb_array_elements_text(CASE jsonb_typeof(data -> 'otherNames')
      WHEN 'array' THEN data -> 'otherNames' ELSE '[]' END) AS other (name)`
  return rows.filter(({ name, alias }) => !tellsName(alias, name)).map(({ name }) => name)
}

function wordsOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{M}'’ʼ`]/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
