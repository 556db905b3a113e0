import type { Sandbox } from './context.ts'
import type { Faults } from './faults.ts'
import type { Deliverer } from './webhooks.ts'

export interface ControlParts {
  sandbox: Sandbox
  deliverer: Deliverer
  faults: Faults
}

/** Runs in one transaction; `id` is what stands for `:id` in the path. What it answers is presented as the API would. */
export type Action = (parts: ControlParts, body: unknown, id: string) => unknown
