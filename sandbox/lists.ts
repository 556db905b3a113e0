import type { Sandbox } from './context.ts'
import { invalidRequest, resourceMissing } from './errors.ts'
import type { Kind } from './objects.ts'
import type { ListQuery } from './store.ts'

export interface PageParams {
  limit?: number
  starting_after?: string
  ending_before?: string
}

interface Range {
  gt?: number
  gte?: number
  lt?: number
  lte?: number
}

/** One page in Stripe's list envelope. `noun` is the word its error uses for a cursor it does not know. */
export function listPage(
  sandbox: Sandbox,
  url: string,
  params: PageParams,
  query: Omit<ListQuery, 'limit' | 'after' | 'before'>,
  noun: string,
): object {
  const limit = params.limit ?? 10
  if (limit < 1 || limit > 100) {
    throw invalidRequest(`Invalid integer: ${limit} must be between 1 and 100`, {
      code: 'parameter_invalid_integer',
      param: 'limit',
    })
  }
  for (const name of ['starting_after', 'ending_before'] as const) {
    const cursor = params[name]
    if (cursor !== undefined && !sandbox.store.get(query.kind, cursor)) throw resourceMissing(noun, cursor, name)
  }
  if (params.starting_after !== undefined && params.ending_before !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: ending_before, starting_after.')
  }
  const page = sandbox.store.list({ ...query, limit, after: params.starting_after, before: params.ending_before })
  return { object: 'list', url, has_more: page.hasMore, data: page.data }
}

/** `created` as a list takes it: one second exactly, or a range. */
export function createdRange(created: number | Range | undefined): Range | undefined {
  return typeof created === 'number' ? { gte: created, lte: created } : created
}

/** The stored object, or Stripe's "No such …" for the path (404) or for a parameter (400). */
export function mustGet<K extends Kind>(sandbox: Sandbox, kind: K, id: string, noun: string, param = 'id') {
  const found = sandbox.store.get(kind, id)
  if (!found) throw resourceMissing(noun, id, param)
  return found
}
