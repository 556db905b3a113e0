import { setPriority } from 'node:os'
import { makeFirstAdmin } from '#lib/auth/make-first-admin.ts'
import type { SystemActor } from '#lib/auth/types.ts'
import { closeDueCampaigns } from '#lib/campaigns/close-due-campaigns.ts'
import { db, disconnectDb } from '#lib/db/client.ts'
import { forgetTries } from '#lib/donations/count-tries.ts'
import { correctReceipts, issueMissingReceipts } from '#lib/donations/issue-due-receipts.ts'
import { mailPledgeStep } from '#lib/donations/mail-pledge-step.ts'
import { mailReceipt } from '#lib/donations/mail-receipt.ts'
import { postDueAvailable } from '#lib/donations/post-available.ts'
import { mailYearSummaries } from '#lib/donations/send-year-summaries.ts'
import { syncCampaignPledges } from '#lib/donations/sync-campaign-pledges.ts'
import { sendMail } from '#lib/email/send-mail.ts'
import { env } from '#lib/env.ts'
import { handleGroupChange } from '#lib/holds/handle-change.ts'
import { runHolds } from '#lib/holds/run-holds.ts'
import { runLoop } from '#lib/jobs/run-loop.ts'
import { runWorker } from '#lib/jobs/run-worker.ts'
import type { JobHandlers } from '#lib/jobs/types.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { logger } from '#lib/log.ts'
import { checkDueBooks } from '#lib/reconciliation/check-books.ts'
import { forgetParties } from '#lib/screening/forget-parties.ts'
import { importUpload } from '#lib/screening/import-upload.ts'
import { refreshDueLists } from '#lib/screening/refresh-lists.ts'
import { scanFolders } from '#lib/screening/scan-folder.ts'
import { endDueApprovals } from '#lib/vetting/end-due-approvals.ts'
import { remindReferences } from '#lib/vetting/remind-references.ts'
import { rescreenGroups, screenDueGroups, screenQueuedGroup } from '#lib/vetting/screen-group.ts'
import { applyEvent } from '#lib/webhooks/apply-event.ts'
import { sweepStripe } from '#lib/webhooks/sweep-stripe.ts'

/** Everything that happens without a person waiting for it: events, mails, the fold, availability, the sweep, ends. */
const handlers: JobHandlers = {
  'send-mail': sendMail,
  'apply-stripe-event': applyEvent,
  'mail-receipt': mailReceipt,
  'send-year-summaries': mailYearSummaries,
  'mail-pledge-step': mailPledgeStep,
  'post-available': async () => void (await postDueAvailable()),
  'fold-funds': async () => void (await foldBusyFunds(db())),
  'sweep-stripe': async () => void (await sweepStripe()),
  'handle-group-change': handleGroupChange,
  'screen-group': screenQueuedGroup,
  'import-list': importUpload,
  'rescreen-groups': rescreenGroups,
}
const SWEEPS_MAX = 10

/** One sweep is bounded in its calls; after a long outage the next one goes on at once. */
async function sweepAll(): Promise<void> {
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep += 1) if ((await sweepStripe()).complete) return
}

const WORKER: SystemActor = { kind: 'system', name: 'worker' }
const SECOND_MS = 1_000
const MINUTE_MS = 60_000

const { ADMIN_EMAIL } = env()
if (ADMIN_EMAIL) await makeFirstAdmin(WORKER, ADMIN_EMAIL)

// Donors and Stripe wait for the app; nobody waits for this program.
setPriority(10)
// The gifts of before receipts had numbers, and those of the demo.
issueMissingReceipts().catch((error: unknown) => logger().error({ err: error }, 'receipts were not issued'))
const worker = await runWorker(handlers, { concurrency: 6 })
const loops = [
  runLoop('fold-funds', SECOND_MS, () => foldBusyFunds(db())),
  // The sandbox makes money available within a minute, so that a newcomer sees it travel.
  runLoop('post-available', env().SANDBOX ? 5 * SECOND_MS : MINUTE_MS, postDueAvailable),
  runLoop('sweep-stripe', 5 * MINUTE_MS, sweepAll),
  runLoop('forget-tries', 60 * MINUTE_MS, forgetTries),
  // A receipt is corrected soon after something went back; what has none yet is looked for more seldom.
  runLoop('correct-receipts', 15 * SECOND_MS, correctReceipts),
  runLoop('issue-missing-receipts', 10 * MINUTE_MS, issueMissingReceipts),
  // A day that ends, ends within a minute; each of these finds nothing to do nearly always.
  runLoop('close-due-campaigns', MINUTE_MS, () => closeDueCampaigns(WORKER)),
  // Nobody is charged for a campaign that was paused or closed some seconds ago.
  runLoop('sync-campaign-pledges', 10 * SECOND_MS, () => syncCampaignPledges(WORKER)),
  runLoop('end-due-approvals', MINUTE_MS, () => endDueApprovals(WORKER)),
  // Steps of aid groups are jobs; this is for money that became available, windows that end, and jobs that were lost.
  runLoop('run-holds', MINUTE_MS, () => runHolds(WORKER)),
  // Sanctions lists that somebody put in the folder, those that are fetched daily, and whoever no run has reached.
  runLoop('scan-lists', MINUTE_MS, () => scanFolders(WORKER)),
  // Parties of lists that were replaced long ago; looked for hourly, so that a worker that starts anew each day does it too.
  runLoop('forget-parties', 60 * MINUTE_MS, () => forgetParties(WORKER)),
  runLoop('refresh-lists', 10 * MINUTE_MS, () => refreshDueLists(WORKER)),
  runLoop('screen-due-groups', MINUTE_MS, () => screenDueGroups(WORKER)),
  // References that do not answer, five days after the last mail.
  runLoop('remind-references', 10 * MINUTE_MS, () => remindReferences(WORKER)),
  // Once a day, within minutes of its beginning in UTC.
  runLoop('check-books', 5 * MINUTE_MS, checkDueBooks),
]

let stopping = false
async function stop(code: number): Promise<void> {
  if (stopping) return
  stopping = true
  await Promise.allSettled([...loops.map((loop) => loop.stop()), worker.stop()])
  await disconnectDb()
  process.exit(code)
}

process.once('SIGTERM', () => void stop(0))
process.once('SIGINT', () => void stop(0))
if (process.connected) process.once('disconnect', () => void stop(0))
worker.promise.catch((error: unknown) => {
  logger().fatal({ err: error }, 'the worker ended')
  return stop(1)
})
process.stdout.write('Worker is ready.\n')
