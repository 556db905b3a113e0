import { homedir } from 'node:os'
import { dirname } from 'node:path'
import { listProjectFiles, readText } from './project-files.ts'
import { projectRoot, type Verdict, verdictOf } from './verdict.ts'

const MACHINE_PATH = /(^|[\s"'`(=:,[])(\/(?:home|Users|root|work)\/[\w.-]+|[A-Z]:\\Users\\)/
const REGISTRY_HOST = /\b(npmjs\.(?:org|com)|registry\.[\w-]+\.\w+|npm\.pkg\.github\.com|jsr\.io)/

/** Judges one text, line by line; `places` are folders of this machine that must not be named either. */
export function judgeText(path: string, text: string, places: readonly string[] = []): string[] {
  return text.split('\n').flatMap((line, number) => {
    const place = MACHINE_PATH.exec(line)?.[2] ?? places.find((folder) => startsAWord(line, line.indexOf(folder)))
    const host = REGISTRY_HOST.exec(line)?.[1]
    const at = `${path}:${number + 1}`
    return [
      ...(place ? [`${at}: names a path of one machine (${place})`] : []),
      ...(host ? [`${at}: names a registry (${host})`] : []),
    ]
  })
}

/** A route such as /campaigns/root/edit holds the name of a folder without naming the folder. */
function startsAWord(line: string, position: number): boolean {
  return position >= 0 && !/[\w/.-]/.test(line.charAt(position - 1))
}

/** What is committed works anywhere: no absolute path of a machine, no host of a package registry. */
export async function checkPortableText(): Promise<Verdict> {
  const parent = dirname(projectRoot)
  const places = [`${projectRoot}/`, ...(parent.length > 1 ? [`${parent}/`] : []), `${homedir()}/`].filter(
    (folder) => folder.length > 5,
  )
  const paths = await listProjectFiles()
  const problems = paths.flatMap((path) => judgeText(path, readText(path) ?? '', places))
  return verdictOf(problems, `${paths.length} files`)
}
