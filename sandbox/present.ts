import type { Sandbox } from './context.ts'
import type { StoredDispute } from './objects.ts'

/** The public form of a stored object: private names removed, what depends on the time filled in. */
export function present(sandbox: Sandbox, stored: object): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(stored)) if (!name.startsWith('_')) shown[name] = value
  if (shown['object'] === 'balance_transaction') {
    shown['status'] = Number(shown['available_on']) <= sandbox.clock.now() ? 'available' : 'pending'
  }
  if (shown['object'] === 'dispute') {
    const ids = (stored as Pick<StoredDispute, '_transactions'>)._transactions
    shown['balance_transactions'] = ids.map((id) =>
      present(sandbox, sandbox.store.get('balance_transaction', id) ?? {}),
    )
  }
  return shown
}
