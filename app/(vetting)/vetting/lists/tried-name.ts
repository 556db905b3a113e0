import type { FormState } from '#components/ui/form-state.ts'
import type { Match } from '#lib/screening/types.ts'

/** What the box for one name answers. `isAnswered` is false where no list is in force. */
export type TriedName = FormState & {
  tried: { name: string; isAnswered: boolean; unsupportedScripts: string[]; matches: Match[] } | null
}
