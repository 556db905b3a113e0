/** Every job the worker knows, with its payload. A new job is a new line here and in bin/worker.ts. */
export type JobPayloads = {
  'send-mail': { mailId: string }
  'apply-stripe-event': { eventId: string }
  'mail-receipt': { donationId: string }
  'send-year-summaries': { chapterId: string; year: number }
  'mail-pledge-step': { stepId: string }
  'post-available': Record<string, never>
  'fold-funds': Record<string, never>
  'sweep-stripe': Record<string, never>
  'handle-group-change': { aidGroupId: string }
  'screen-group': { aidGroupId: string }
  'import-list': { uploadId: string }
  'rescreen-groups': { runId: string }
}

export type JobName = keyof JobPayloads
export type JobHandlers = { [Name in JobName]: (payload: JobPayloads[Name]) => Promise<void> }
