import { isBillingTask, runBillingTask } from './billing-tasks.ts'
import type { Sandbox } from './context.ts'
import { emit } from './events.ts'
import { isMoneyTask, runMoneyTask } from './money-tasks.ts'
import { settleCharge } from './payments.ts'
import { arrivePayout, runAutomaticPayouts } from './payout-flow.ts'
import { currentBalance } from './resources/balance.ts'
import { expireSession } from './resources/checkout-sessions.ts'
import { type DueTask, schedule, takeDue } from './schedule.ts'

/** Does everything that is due by now, each task in a transaction of its own. */
export function runDueTasks(sandbox: Sandbox): void {
  runUntil(sandbox, sandbox.clock.now())
}

/**
 * Moves the clock forward, stopping at each thing that happens on the way, so that what it makes is dated rightly.
 */
export function advanceClock(sandbox: Sandbox, seconds: number): void {
  const target = sandbox.clock.now() + seconds
  runUntil(sandbox, target)
  sandbox.clock.moveTo(target)
}

/** Puts the next automatic payout on the clock, where an interval is set and none is waiting. */
export function scheduleAutomaticPayout(sandbox: Sandbox): void {
  const interval = sandbox.settings.payoutIntervalSeconds
  sandbox.store.transaction(() => {
    sandbox.store.run("DELETE FROM due WHERE task = 'automatic-payout' AND at > ?", sandbox.clock.now() + interval)
    const waiting = sandbox.store.row("SELECT 1 FROM due WHERE task = 'automatic-payout'")
    if (interval > 0 && !waiting) schedule(sandbox, sandbox.clock.now() + interval, 'automatic-payout', '')
  })
}

function runUntil(sandbox: Sandbox, until: number): void {
  for (;;) {
    const availableAt = nextAvailability(sandbox)
    const dueAt = sandbox.store.row<{ at: number }>('SELECT min(at) AS at FROM due')?.at ?? Number.POSITIVE_INFINITY
    const at = Math.min(availableAt, dueAt)
    if (at > until) return
    sandbox.clock.moveTo(at)
    sandbox.store.transaction(() => {
      if (availableAt <= dueAt) announceBalance(sandbox)
      else runTask(sandbox, takeDue(sandbox, until))
    })
  }
}

function runTask(sandbox: Sandbox, task: DueTask | undefined): void {
  if (!task) return
  if (isMoneyTask(task.task)) {
    runMoneyTask(sandbox, task.task, task.ref)
    return
  }
  if (isBillingTask(task.task)) {
    runBillingTask(sandbox, task.task, task.ref)
    return
  }
  switch (task.task) {
    case 'expire-session': {
      const session = sandbox.store.get('checkout.session', task.ref)
      if (session) expireSession(sandbox, session)
      return
    }
    case 'settle-charge':
      settleCharge(sandbox, task.ref)
      return
    case 'pay-payout':
      arrivePayout(sandbox, task.ref)
      return
    case 'automatic-payout':
      runAutomaticPayouts(sandbox)
      if (sandbox.settings.payoutIntervalSeconds > 0) {
        schedule(sandbox, task.at + sandbox.settings.payoutIntervalSeconds, 'automatic-payout', '')
      }
  }
}

function nextAvailability(sandbox: Sandbox): number {
  const row = sandbox.store.row<{ at: number | null }>('SELECT min(available_on) AS at FROM txn WHERE announced = 0')
  return row?.at ?? Number.POSITIVE_INFINITY
}

// One event for everything that became available in the same second.
function announceBalance(sandbox: Sandbox): void {
  sandbox.store.run('UPDATE txn SET announced = 1 WHERE announced = 0 AND available_on <= ?', sandbox.clock.now())
  emit(sandbox, 'balance.available', currentBalance(sandbox))
}
