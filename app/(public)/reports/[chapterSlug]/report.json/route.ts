import { periodStatement } from '#lib/reports/build-statement.ts'
import { findScope } from '#lib/reports/find-scope.ts'
import { readFilter } from '#lib/reports/read-filter.ts'
import { renderStatement } from '#lib/reports/render-statement.ts'
import { reportSchema } from '#lib/reports/schema.ts'

type Context = { params: Promise<{ chapterSlug: string }> }

/** The report of the same address as data: the same figures, for other programs. */
export async function GET(request: Request, context: Context): Promise<Response> {
  const { chapterSlug } = await context.params
  const read = readFilter(reportSchema, Object.fromEntries(new URL(request.url).searchParams))
  if (!read.ok) return answer({ error: 'invalid_input', fields: read.fieldErrors }, 400)
  const { from, to, campaign } = read.filter
  const found = await findScope(chapterSlug, campaign)
  if (!found) return answer({ error: 'not_found' }, 404)
  return answer(renderStatement(await periodStatement({ scope: found.scope, from, to })), 200)
}

function answer(body: unknown, status: number): Response {
  return new Response(`${JSON.stringify(body, null, 2)}\n`, {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
  })
}
