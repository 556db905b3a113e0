/** Prints one line for each step of the start, with how long it took. */
export function reportProgress(total: number): <T>(label: string, work: () => Promise<T>) => Promise<T> {
  let step = 0
  return async (label, work) => {
    step += 1
    const prefix = `[${step}/${total}] ${label}`
    const begunMs = performance.now()
    process.stdout.write(`${prefix} …\n`)
    const result = await work()
    const seconds = ((performance.now() - begunMs) / 1000).toFixed(1)
    const said = typeof result === 'string' ? ` (${result})` : ''
    process.stdout.write(`${prefix}: done in ${seconds} s${said}\n`)
    return result
  }
}
