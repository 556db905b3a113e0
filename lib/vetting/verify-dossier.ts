import { createHash } from 'node:crypto'
import { canonicalJson, digestOf, type Json } from './collect-dossier.ts'

type Row = { [key: string]: Json }

/** The lists of dossier.json whose rows the manifest names by id, each with the sha-256 of its canonical JSON. */
const BY_ID = [
  'applications',
  'confirmations',
  'controllers',
  'bankAccounts',
  'references',
  'requests',
  'findings',
  'screenings',
  'dispositions',
  'approvals',
  'statusChanges',
] as const

/**
 * Checks an exported dossier without us: whether the manifest's own hash is right, whether the exports and documents that
 * are there have the hashes it names, and whether each row of dossier.json is the one it names. `files` are bytes by name;
 * documents may be under any name, and `dossier-full.json` is the same dossier with account numbers. Answers what is wrong, in sentences; nothing means that all of it holds.
 */
export function verifyDossier(manifest: Row, files: ReadonlyMap<string, Uint8Array>): string[] {
  const { manifestSha256, ...rest } = manifest
  const problems = digestOf(rest) === manifestSha256 ? [] : ['The manifest is not what its own hash says.']
  const hashes = new Map([...files].map(([name, bytes]) => [name, sha256(bytes)]))
  for (const { name, sha256: expected } of rows(manifest, 'exports')) {
    const found = hashes.get(String(name))
    if (found !== undefined && found !== expected) problems.push(`${name} is not the file that the manifest names.`)
  }
  const present = new Set(hashes.values())
  for (const { fileName, sha256: expected } of rows(manifest, 'files')) {
    if (files.has(String(fileName)) && !present.has(String(expected))) {
      problems.push(`${fileName} is not the document that the manifest names.`)
    }
  }
  const full = files.get('dossier-full.json')
  if (full && !isWhole(full, rows(manifest, 'exports'))) {
    problems.push('dossier-full.json is not the dossier that the manifest names, with account numbers added.')
  }
  const json = files.get('dossier.json')
  return json ? [...problems, ...compareRows(manifest, JSON.parse(new TextDecoder().decode(json)) as Row)] : problems
}

/** Whether the export with account numbers is dossier.json and nothing else but them. */
function isWhole(full: Uint8Array, exports: readonly Row[]): boolean {
  const dossier = JSON.parse(new TextDecoder().decode(full)) as Row
  const bankAccounts = rows(dossier, 'bankAccounts').map(({ details: _, ...account }) => account)
  const masked = new TextEncoder().encode(canonicalJson({ ...dossier, bankAccounts }))
  return exports.some(({ name, sha256: expected }) => name === 'dossier.json' && expected === sha256(masked))
}

function compareRows(manifest: Row, dossier: Row): string[] {
  const expected = BY_ID.map((list) => [list, rows(manifest, list)] as const)
  return expected.flatMap(([list, named]) => {
    const found = new Map(rows(dossier, list).map((row) => [row['id'], digestOf(row)]))
    const wrong = named.filter(({ id = null, sha256: digest }) => found.get(id) !== digest)
    const extra = found.size - named.length
    return [
      ...wrong.map(({ id }) => `${list}: row ${id} is missing or was changed.`),
      ...(extra > 0 ? [`${list}: ${extra} rows are in no manifest.`] : []),
    ]
  })
}

const rows = (of: Row, list: string): Row[] => (Array.isArray(of[list]) ? (of[list] as Row[]) : [])
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
