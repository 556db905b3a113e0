import type { Sandbox } from './context.ts'
import type { ApiError } from './errors.ts'
import type { Operation, RequestParams } from './request-types.ts'

type Method = 'GET' | 'POST' | 'DELETE'

/** A handler answers with a stored object or a list; an ApiError it returns is answered after the commit. */
type Handler<K extends Operation> = (sandbox: Sandbox, params: RequestParams[K], id: string) => object | ApiError

export interface Route {
  method: Method
  pattern: RegExp
  operation: Operation
  handle: Handler<Operation>
}

/** `:id` in the path stands for one segment and is the handler's third argument. */
export function route<K extends Operation>(method: Method, path: string, operation: K, handle: Handler<K>): Route {
  const pattern = new RegExp(`^${path.replace(':id', '([^/]+)')}$`)
  return { method, pattern, operation, handle: handle as unknown as Handler<Operation> }
}

export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; id: string } | undefined {
  for (const candidate of routes) {
    const match = candidate.method === method ? candidate.pattern.exec(path) : null
    if (match) return { route: candidate, id: decodeSegment(match[1] ?? '') }
  }
  return undefined
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
