import { runWorker } from '#lib/jobs/run-worker.ts'
import type { JobHandlers } from '#lib/jobs/types.ts'
import { importUpload } from '#lib/screening/import-upload.ts'

/** A worker that knows only lists, in a process of its own, for tests that kill it. */
const handlers: Pick<JobHandlers, 'import-list'> = { 'import-list': importUpload }
await runWorker(handlers as JobHandlers, { concurrency: 1 })
