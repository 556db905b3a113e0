import type { UserActor } from '#lib/auth/types.ts'
import type { DemoCampaign } from './campaigns.ts'

export type DemoChapter = { id: string; slug: string; currency: string; generalFundId: bigint }
export type LiveCampaign = {
  id: string
  fundId: bigint
  plan: DemoCampaign
  chapter: DemoChapter
  aidGroupId: string
  next: number
}

/** What the demo has made so far, by the keys its texts use. */
export type World = {
  people: Map<string, UserActor>
  chapters: Map<string, DemoChapter>
  aidGroups: Map<string, string>
  campaigns: Map<DemoCampaign, LiveCampaign>
}

/** The entry that must be there, or the demo's texts contradict each other. */
export function must<Key, Value>(map: Map<Key, Value>, key: Key): Value {
  const value = map.get(key)
  if (value === undefined) throw new Error(`The demo has no ${String(key)}.`)
  return value
}
