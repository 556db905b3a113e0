import { readFileSync } from 'node:fs'
import type { Watched } from './donate-stage.ts'

/** `heapsMb`: what was in use, heap and buffers, each time it was asked. */
export type Memory = { name: string; beforeMb: number; peakMb: number; afterMb: number; heapsMb: number[] }

const MEGABYTE = 1_048_576

/** The resident memory of running programs, looked at each second, and what of it is in use, when asked. */
export function watchMemory(programs: Watched[]): { askHeaps: () => Promise<void>; stop: () => Memory[] } {
  const seen = programs.map((program) => ({ ...program, mb: [residentMb(program.pid)], heapsMb: [] as number[] }))
  const timer = setInterval(() => {
    for (const one of seen) one.mb.push(residentMb(one.pid))
  }, 1_000)
  return {
    askHeaps: async () => {
      for (const { askHeap, heapsMb } of seen) {
        const { heapUsed, external } = await askHeap()
        heapsMb.push(Math.round((heapUsed + external) / MEGABYTE))
      }
    },
    stop: () => {
      clearInterval(timer)
      return seen.map(({ name, pid, mb, heapsMb }) => {
        const quarter = Math.max(1, Math.floor(mb.length / 4))
        // After the first quarter: what a program needs to warm up is no leak.
        return { name, beforeMb: mb[quarter] ?? 0, peakMb: Math.max(...mb), afterMb: residentMb(pid), heapsMb }
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
