import type { Actor } from '#lib/auth/types.ts'
import { parseInput } from '#lib/parse-input.ts'
import { loadIndex } from './load-index.ts'
import { requireListReader } from './policy.ts'
import { nameSchema } from './schema.ts'
import { searchIndex } from './search-index.ts'
import type { ScreeningAnswer } from './types.ts'

/**
 * Looks one name up in the lists in force, and writes nothing: { name, kind?, birthDate?, country? }. Null where no list
 * is in force, which is not the same as nobody found.
 */
export async function screenName(actor: Actor, input: unknown): Promise<ScreeningAnswer | null> {
  requireListReader(actor)
  const { name, kind, birthDate, country } = parseInput(nameSchema, input)
  const loaded = await loadIndex()
  if (!loaded) return null
  return searchIndex(loaded.index, {
    name,
    ...(kind ? { kind } : {}),
    ...(birthDate ? { birthDate } : {}),
    ...(country ? { country } : {}),
  })
}
