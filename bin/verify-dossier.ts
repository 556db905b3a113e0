import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { verifyDossier } from '#lib/vetting/verify-dossier.ts'

/**
 * `node --import tsx bin/verify-dossier.ts FOLDER`: checks the files of an exported dossier against the manifest beside
 * them, without the installation they came from. Documents may lie in the folder too. Exit code 1 names what is wrong.
 */
const folder = process.argv[2]
if (!folder) throw new Error('Name the folder with the manifest, dossier.json and what else was exported.')
const names = await readdir(folder)
const files = new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)))
const found = [...files].find(([name]) => name.endsWith('manifest.json'))
if (!found) throw new Error('There is no manifest.json in this folder.')
// Downloads begin with the aid group's name; the manifest knows them without it.
const prefix = found[0].slice(0, -'manifest.json'.length)
const named = new Map(
  [...files].map(([name, bytes]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, bytes]),
)
const problems = verifyDossier(JSON.parse(found[1].toString()), named)
process.stdout.write(
  problems.length === 0 ? `The dossier is whole: ${files.size} files.\n` : `${problems.join('\n')}\n`,
)
process.exitCode = problems.length === 0 ? 0 : 1
