/**
 * How the worker is started. V8 otherwise lets garbage pile up to a multiple of what is in use before it collects; a program
 * that runs for months beside others has no use for that. It limits nothing that is in use (docs/performance.md).
 */
export const WORKER_ARGS: readonly string[] = [
  ...['--heap-growing-percent=40', '--max-semi-space-size=8'],
  ...['--import', 'tsx', 'bin/worker.ts'],
]
