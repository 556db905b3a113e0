import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot, run } from './verdict.ts'

/** The files git tracks or would add, relative to the project, that still exist. */
export async function listProjectFiles(root = projectRoot): Promise<string[]> {
  const { code, output } = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root })
  if (code !== 0) throw new Error(`git could not list the files: ${output.trim()}`)
  return output.split('\0').filter((path) => path !== '' && existsSync(join(root, path)))
}

/** The text of a project file, or undefined when it is not text. */
export function readText(path: string, root = projectRoot): string | undefined {
  const text = readFileSync(join(root, path), 'utf8')
  return text.includes('\0') ? undefined : text
}
