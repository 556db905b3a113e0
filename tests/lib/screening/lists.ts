import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '#lib/errors.ts'
import type { TestDatabase } from '#tests/support/database.ts'

const FOLDER = resolve(process.env['SCREENING_DIR'] ?? '../shared/screening')
const isThere = existsSync(join(FOLDER, 'ofac/sdn.csv'))

/** The publishers' own files are not in the repository. Where CI has to have them, their absence fails. */
export const withoutRealLists = !isThere && process.env['CI'] !== 'true'

export const readReal = (path: string): Promise<Buffer> => readFile(join(FOLDER, path))
export const realOfac = async () =>
  Promise.all(['sdn.csv', 'alt.csv', 'add.csv'].map(async (name) => ({ name, bytes: await readReal(`ofac/${name}`) })))
export const realUn = async () => [{ name: 'consolidated.xml', bytes: await readReal('un/consolidated.xml') }]

export const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'))
export const fileOf = (name: string, text: string) => ({ name, bytes: bytesOf(text) })

export type Listed = {
  id: string
  name: string
  aliases?: string
  born?: string
  country?: string
  identifiers?: string
}
const HEADER =
  'id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,dataset,first_seen,last_seen,last_change'

/** A list of invented people in OpenSanctions' form; `count` fillers make it as long as a test needs. */
export function inventedCsv(people: readonly Listed[], { seen = '2026-11-01', count = 0 } = {}): string {
  const fillers = Array.from({ length: count }, (_, at) => ({ id: `filler-${at}`, name: `Qwxz${at} Vbnmk${at}` }))
  const rows = [...people, ...fillers].map((one: Listed) =>
    [one.id, 'Person', one.name, one.aliases ?? '', one.born ?? '', one.country ?? '', '', one.identifiers ?? '']
      .concat(['', '', '', 'demo', seen, seen, seen])
      .join(','),
  )
  return `${[HEADER, ...rows].join('\n')}\n`
}

export const inventedList = (people: readonly Listed[], options?: { seen?: string; count?: number }) => [
  fileOf('list.csv', inventedCsv(people, options)),
]

/** The message at the form's file field, or a failure that says that nothing was refused. */
export async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof AppError) return error.fieldErrors['files']?.join(' ') ?? error.message
    throw error
  }
  throw new Error('nothing was refused')
}

/** Takes every list away, as only the owner of the tables could. */
export async function clearLists(database: TestDatabase): Promise<void> {
  const owner = await database.asOwner()
  for (const table of ['list_import', 'list_upload_part', 'list_upload', 'listed_party', 'list_snapshot']) {
    await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
    if (table === 'list_snapshot') await owner.query('DELETE FROM screening_run')
    await owner.query(`DELETE FROM ${table}`)
    await owner.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`)
  }
  await owner.end()
}
