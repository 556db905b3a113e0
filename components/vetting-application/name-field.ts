import type { Part } from '#lib/vetting/types.ts'
import type { Say } from './say.ts'

/** The form a field stands in: a part of the application, or one of the pages around it. */
export type NameScope = Part | 'overview' | 'start' | 'reference'

/** Fields whose label stands under another word than their own name. */
const LABELS: Record<string, string> = {
  'start.chapterId': 'start.chapter',
  'delivery.areaCode': 'delivery.area',
  'delivery.name': 'delivery.placeName',
  'end_use.dualUseItems': 'end_use.items',
  'end_use.dualUseDetails': 'end_use.details',
  'end_use.accepted': 'end_use.signature',
  'agreement.accepted': 'end_use.signature',
  'agreement.signedName': 'end_use.signedName',
  'agreement.signedRole': 'end_use.signedRole',
}
const ROWS: Record<string, string> = {
  examples: 'past_work.example',
  regions: 'delivery.place',
  declarations: 'conflicts.declaration',
}

/** What a field is called on its form, with the number of its row in a table: "Place 2, District or town". */
export function nameField(say: Say, scope: NameScope, field: string): string {
  const [head = '', row, cell] = field.split('.')
  const number = row === undefined ? '' : String(Number(row) + 1)
  if (head === 'countries') return row === '0' ? say('delivery.countries') : say('delivery.country', { number })
  const key = LABELS[`${scope}.${cell ?? head}`] ?? `${scope}.${cell ?? head}`
  const label = has(say, key) ? say(key as Parameters<Say>[0]) : say('form.thisField')
  const table = ROWS[head]
  return table && row !== undefined ? `${say(table as 'past_work.example', { number })}, ${label}` : label
}

/** Whether there is such a sentence; a field that lib gets later is named in general words. */
function has(say: Say, key: string): boolean {
  return say.has(key as Parameters<Say['has']>[0])
}
