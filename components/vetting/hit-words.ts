import type { HitAnswer } from '#lib/screening/list-hits.ts'
import type { ListSource } from '#lib/screening/types.ts'

export const SOURCE_WORDS: Record<ListSource, string> = {
  ofac: 'OFAC (United States)',
  un: 'UN Security Council',
  eu: 'European Union',
  uk: 'United Kingdom',
  opensanctions: 'OpenSanctions',
  demonstration: 'Demonstration (invented names)',
}

export const ANSWER_WORDS: Record<HitAnswer, string> = {
  open: 'Open',
  second_word: 'Needs a second person',
  false_positive: 'Another party',
  true_match: 'The same party',
}

export const percent = (share: number) => `${Math.round(share * 100)} %`
