import type { Sandbox } from './context.ts'

export type BillingTask =
  | 'renew-subscription'
  | 'finalize-invoice'
  | 'retry-invoice'
  | 'expire-incomplete'
  | 'resume-collection'

export type MoneyTask =
  | 'succeed-refund'
  | 'fail-refund'
  | 'expire-refund'
  | 'open-dispute'
  | 'decide-dispute'
  | 'lapse-dispute'
  | 'warn-of-fraud'
  | 'send-payout'

export type Task = 'expire-session' | 'settle-charge' | 'pay-payout' | 'automatic-payout' | BillingTask | MoneyTask

export interface DueTask {
  seq: number
  at: number
  task: Task
  ref: string
}

/** Puts a task at a second of the virtual clock; it survives a restart and runs once. */
export function schedule(sandbox: Sandbox, at: number, task: Task, ref: string): void {
  sandbox.store.run('INSERT INTO due (at, task, ref) VALUES (?, ?, ?)', at, task, ref)
}

/** Takes the earliest task that is due at or before the given second. */
export function takeDue(sandbox: Sandbox, until: number): DueTask | undefined {
  const task = sandbox.store.row<DueTask>('SELECT * FROM due WHERE at <= ? ORDER BY at, seq LIMIT 1', until)
  if (task) sandbox.store.run('DELETE FROM due WHERE seq = ?', task.seq)
  return task
}
