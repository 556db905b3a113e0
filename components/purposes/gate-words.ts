import type { Gate } from '#lib/purposes/types.ts'

/** What a gate asks, as the public counter says it. */
export const GATE_WORDS: Record<Gate, string> = {
  approved: 'The aid group is approved',
  part_ended: 'Its part in this campaign has not ended',
  expired: 'Its approval has not ended',
  screening_age: 'It was screened lately',
  screening_list: 'It was screened against the newest lists',
  screening_hit: 'No hit on a sanctions list is open',
  cap: 'The amount is within its limit',
  funds: 'The money is there',
  restriction: 'It is what donors gave for',
  agreement: 'The agreement is signed',
  evidence_overdue: 'Evidence of earlier payments is in',
  separation: 'Different people ask, approve and send',
  bank_account: 'The bank account is the one that was verified',
  bank_cooling_off: 'The bank account did not change a day before',
  region: 'The place is not under an embargo',
  end_use: 'The statement on civilian use is signed',
  prohibited_purpose: 'Nothing in it is for war',
  dual_use_review: 'Another person has looked at what could serve a war',
}
