import type { Sandbox } from './context.ts'
import { type EventType, emit } from './events.ts'
import type { Stored } from './objects.ts'

/** Writes new values into an object and tells with one event what they were; values that were there already are no news. */
export function change<T extends Stored>(sandbox: Sandbox, type: EventType, object: T, values: Partial<T>): T {
  const previous: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    const old = (object as Record<string, unknown>)[name]
    if (JSON.stringify(old) === JSON.stringify(value)) continue
    if (!name.startsWith('_')) previous[name] = old ?? null
  }
  Object.assign(object, values)
  sandbox.store.put(object)
  if (Object.keys(previous).length > 0) emit(sandbox, type, object, previous)
  return object
}
