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
 * The names of aid groups with an alias that are nowhere public: what they are called, registered as, and gave as other
 * names. A name that the alias itself has in it hides nothing.
 */
async function listHiddenNames(client: DbClient): Promise<string[]> {
  const rows = await client.$queryRaw<{ name: string; alias: string }[]>`
    SELECT DISTINCT known.name, g.public_alias AS alias
    FROM aid_group AS g CROSS JOIN LATERAL aid_group_names(g.id) AS known
    WHERE g.public_alias IS NOT NULL AND known.kind = 'organization'`
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
