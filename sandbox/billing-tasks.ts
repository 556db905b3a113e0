import type { Sandbox } from './context.ts'
import { finalizeDueInvoice, retryInvoice } from './resources/collection.ts'
import { expireIncomplete, renewSubscription, resumeCollection } from './resources/subscription-life.ts'
import type { BillingTask } from './schedule.ts'

const TASKS: Record<BillingTask, (sandbox: Sandbox, ref: string) => void> = {
  'renew-subscription': renewSubscription,
  'finalize-invoice': finalizeDueInvoice,
  'retry-invoice': retryInvoice,
  'expire-incomplete': expireIncomplete,
  'resume-collection': resumeCollection,
}

export function isBillingTask(task: string): task is BillingTask {
  return Object.hasOwn(TASKS, task)
}

/** What the clock brings to subscriptions and invoices; `ref` is the id of the object it is for. */
export function runBillingTask(sandbox: Sandbox, task: BillingTask, ref: string): void {
  TASKS[task](sandbox, ref)
}
