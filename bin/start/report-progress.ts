/** Prints one line for each step of the start, with how long it took and, where `say` finds one, a remark. */
export function reportProgress(
  total: number,
): <T>(label: string, work: () => Promise<T>, say?: (result: T) => string) => Promise<T> {
  let step = 0
  return async (label, work, say) => {
    step += 1
    const prefix = `[${step}/${total}] ${label}`
    const begunMs = performance.now()
    process.stdout.write(`${prefix} …\n`)
    const result = await work()
    const seconds = ((performance.now() - begunMs) / 1000).toFixed(1)
    process.stdout.write(`${prefix}: done in ${seconds} s${say ? ` (${say(result)})` : ''}\n`)
    return result
  }
}
