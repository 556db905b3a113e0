/** Everything that can stop an aid group's approval or money on its way. The public counter knows these names, no others. */
export const gates = [
  'approved',
  'expired',
  'screening_age',
  'screening_list',
  'screening_hit',
  'cap',
  'funds',
  'restriction',
  'agreement',
  'evidence_overdue',
  'separation',
  'bank_account',
  'bank_cooling_off',
  'region',
  'end_use',
  'prohibited_purpose',
  'dual_use_review',
] as const
export type Gate = (typeof gates)[number]

/** At which step the gate said no. */
export type RefusalStage = 'request' | 'approval' | 'release' | 'campaign' | 'application'
