import { readFileSync } from 'node:fs'

export type Memory = { name: string; beforeMb: number; peakMb: number; afterMb: number }

/** The resident memory of running programs, looked at each second. */
export function watchMemory(pids: { name: string; pid: number }[]): { stop: () => Memory[] } {
  const seen = pids.map(({ name, pid }) => ({ name, pid, mb: [residentMb(pid)] }))
  const timer = setInterval(() => {
    for (const one of seen) one.mb.push(residentMb(one.pid))
  }, 1_000)
  return {
    stop: () => {
      clearInterval(timer)
      return seen.map(({ name, pid, mb }) => {
        const quarter = Math.max(1, Math.floor(mb.length / 4))
        // After the first quarter: what a program needs to warm up is no leak.
        return { name, beforeMb: mb[quarter] ?? 0, peakMb: Math.max(...mb), afterMb: residentMb(pid) }
      })
    },
  }
}

function residentMb(pid: number): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024)
  } catch {
    return 0
  }
}
