import type { ListSource } from '#lib/screening/types.ts'

export const SOURCE_WORDS: Record<ListSource, string> = {
  ofac: 'OFAC (United States)',
  un: 'UN Security Council',
  eu: 'European Union',
  uk: 'United Kingdom',
  opensanctions: 'OpenSanctions',
  demonstration: 'Demonstration (invented names)',
}
