import type { z } from 'zod'
import { AppError, type FieldErrors } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'

/** What an address says, or what is wrong with it at which field; then a page shows no figures at all. */
export type ReadFilter<Filter> = { ok: true; filter: Filter } | { ok: false; fieldErrors: FieldErrors }

/** Reads the part of an address behind the question mark: filters and periods anybody may type. */
export function readFilter<Schema extends z.ZodType>(schema: Schema, query: unknown): ReadFilter<z.output<Schema>> {
  return tryFilter(() => parseInput(schema, query))
}

/** The same for a filter that only a look at the database can judge. */
export function tryFilter<Filter>(read: () => Filter): ReadFilter<Filter> {
  try {
    return { ok: true, filter: read() }
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input')
      return { ok: false, fieldErrors: error.fieldErrors }
    throw error
  }
}

/** The texts of an address, one for each name, so that a page can show again what was asked. */
export function typedQuery(query: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => {
      const text = Array.isArray(value) ? value[0] : value
      return text ? [[name, text]] : []
    }),
  )
}

/** A path with these texts behind the question mark. */
export function addressOf(path: string, query: Record<string, string>): string {
  const search = new URLSearchParams(query).toString()
  return search ? `${path}?${search}` : path
}
