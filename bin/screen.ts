import { parseArgs } from 'node:util'
import { AppError } from '#lib/errors.ts'
import { openDatabaseLists, openFolderLists } from '#lib/screening/open-lists.ts'
import { messageOf } from '#lib/screening/read-text.ts'
import { renderAnswer } from '#lib/screening/render-answer.ts'
import { searchIndex } from '#lib/screening/search-index.ts'
import type { NameQuery, PartyKind } from '#lib/screening/types.ts'
import { findDatabase } from './verify/find-database.ts'

const USAGE = `npm run screen -- "NAME" [--born YYYY[-MM[-DD]]] [--country XX] [--kind person|organization|vessel|aircraft]
  [--number IDENTIFIER] [--list FOLDER] [--json]

Looks one name up in the sanctions lists of the running installation, or in the list files of a folder. Writes nothing.
Ends with 0 when nobody is like it, 1 when somebody is, 2 when that cannot be said.
`
const KINDS: readonly PartyKind[] = ['person', 'organization', 'vessel', 'aircraft']

async function screen(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ born: { type: 'string' }, country: { type: 'string' }, kind: { type: 'string' } },
      ...{ number: { type: 'string' }, list: { type: 'string' }, json: { type: 'boolean' } },
    },
  })
  const name = positionals.join(' ').trim()
  const kind = KINDS.find((known) => known === values.kind)
  const isAsked =
    name !== '' && (values.kind === undefined || kind) && /^(\d{4}(-\d\d(-\d\d)?)?)?$/.test(values.born ?? '')
  if (!isAsked) {
    process.stderr.write(USAGE)
    return 2
  }
  const query: NameQuery = {
    name,
    ...(kind ? { kind } : {}),
    ...(values.born ? { birthDate: values.born } : {}),
    ...(values.country ? { country: values.country } : {}),
    ...(values.number ? { identifiers: [{ value: values.number }] } : {}),
  }
  const { index, lists } = values.list
    ? await openFolderLists(values.list)
    : await openDatabaseLists(await findDatabase())
  const answer = searchIndex(index, query)
  process.stdout.write(
    values.json ? `${JSON.stringify({ query, lists, ...answer })}\n` : renderAnswer(query, lists, answer, new Date()),
  )
  if (answer.matches.length > 0) return 1
  return answer.unsupportedScripts.length > 0 ? 2 : 0
}

process.exitCode = await screen().catch((error: unknown) => {
  const message =
    error instanceof AppError ? messageOf(error) : error instanceof Error ? error.message : 'It did not work.'
  process.stderr.write(`${message}\n`)
  return 2
})
