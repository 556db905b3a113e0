import { listProjectFiles, readText } from './project-files.ts'
import { type Verdict, verdictOf } from './verdict.ts'

const LINES_MAX = 250

/** No file of code above 250 lines (functions above 70 are Biome's). Tests and migrations may be longer. */
export async function checkFileSizes(): Promise<Verdict> {
  const code = (await listProjectFiles()).filter((path) => isCode(path))
  const sizes = code.map((path) => ({ path, lines: countLines(readText(path) ?? '') }))
  const longest = Math.max(0, ...sizes.map(({ lines }) => lines))
  return verdictOf(
    sizes
      .filter(({ lines }) => lines > LINES_MAX)
      .map(({ path, lines }) => `${path}: ${lines} lines, at most ${LINES_MAX}`),
    `${code.length} files, the longest has ${longest} lines`,
  )
}

function isCode(path: string): boolean {
  return /\.(ts|tsx|js|mjs|cjs|css|sh)$/.test(path) && !/^(tests|prisma\/migrations)\//.test(path)
}

function countLines(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}
