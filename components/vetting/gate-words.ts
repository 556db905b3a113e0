/** The gates of an approval in the order in which a reviewer works through them. */
export const APPROVAL_GATES = [
  'legal_existence',
  'governing_document',
  'controllers',
  'screening',
  'bank_account',
  'references',
  'past_work',
  'end_use',
  'export_control',
  'region',
  'safeguarding',
  'conflicts',
  'agreement',
  'risk_tier',
] as const
export type ApprovalGateName = (typeof APPROVAL_GATES)[number]

type GateWords = {
  title: string
  /** What the reviewer asks before saying that it is met. */
  ask: string
  /** The same for anyone, as something that was done. */
  told: string
  /** Where in the desk its facts stand, below the group's own address. */
  place: string
}

export const GATE_WORDS: Record<ApprovalGateName, GateWords> = {
  legal_existence: {
    title: 'Legal existence',
    ask: 'Is the organization in the register it names, under this name and number, and active?',
    told: 'It exists in law: we saw its entry in the register.',
    place: '/papers#registration',
  },
  governing_document: {
    title: 'Governing document',
    ask: 'Is there a statute or charter, and does it say where the assets go if the organization closes?',
    told: 'Its governing document says who decides, and that what is left goes to a similar cause if it closes.',
    place: '/papers#governance',
  },
  controllers: {
    title: 'People behind it',
    ask: 'Is every controller, owner and signatory named, in their own script and in Latin letters?',
    told: 'We know who controls it, who owns it and who signs for it.',
    place: '/papers#people',
  },
  screening: {
    title: 'Sanctions lists',
    ask: 'Was every name compared with each list in force, and every hit answered with a reason?',
    told: 'Every name was compared with the sanctions lists, and is again whenever a list changes.',
    place: '/screening',
  },
  bank_account: {
    title: 'Bank account',
    ask: 'Is the account in the organization’s own name, verified by a second person by another way, and older than a day?',
    told: 'The bank account is in its own name, and a second person made sure of it by another way.',
    place: '/bank',
  },
  references: {
    title: 'References',
    ask: 'Have two people who are independent of it, and of each other, confirmed it?',
    told: 'Two independent people who have worked with it answered for it.',
    place: '/papers#references',
  },
  past_work: {
    title: 'Past work',
    ask: 'Does the evidence show that it did what it says?',
    told: 'We saw evidence of what it has done before.',
    place: '/papers#past_work',
  },
  end_use: {
    title: 'End use',
    ask: 'Is the end-use statement signed by somebody who may sign: civilian and medical only?',
    told: 'It signed that the aid is civilian and medical only: no weapons, no military equipment, nothing for combatants.',
    place: '/papers#end_use',
  },
  export_control: {
    title: 'Export control',
    ask: 'Which of its goods could serve an army as well, and under which classification may they be sent?',
    told: 'Goods that could serve an army as well were reviewed on their own, or there are none.',
    place: '/papers#end_use',
  },
  region: {
    title: 'Region of delivery',
    ask: 'Is no region of delivery under an embargo? If one is, on which licence does the delivery rest?',
    told: 'No embargo forbids the places it delivers to, or there is a licence.',
    place: '/papers#delivery',
  },
  safeguarding: {
    title: 'Safeguarding',
    ask: 'Is there a policy, and somebody people can turn to?',
    told: 'It has rules that protect the people it serves, and somebody they can turn to.',
    place: '/papers#safeguarding',
  },
  conflicts: {
    title: 'Conflicts of interest',
    ask: 'Has everyone declared their interests, and is none of them in the way?',
    told: 'Its people declared their own interests.',
    place: '/papers#conflicts',
  },
  agreement: {
    title: 'Agreement',
    ask: 'Is the agreement signed, in the version in force, by somebody who may sign?',
    told: 'It signed an agreement: what the money is for, and the evidence it owes for it.',
    place: '/papers#agreement',
  },
  risk_tier: {
    title: 'Risk',
    ask: 'Low, medium or high: the region, the goods, the people, the amounts?',
    told: 'Its risk was judged; that sets how much it may receive, and for how long.',
    place: '/papers#delivery',
  },
}
