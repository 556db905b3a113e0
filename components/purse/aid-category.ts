import type { AidCategory } from '#lib/campaigns/types.ts'

/** The closed taxonomy of aid, in the order in which it is always shown. */
export const AID_CATEGORIES: readonly AidCategory[] = [
  'food',
  'health',
  'shelter',
  'water',
  'evacuation',
  'power',
  'communications',
  'protection',
  'education',
]

/** The names people read. */
export const AID_CATEGORY_LABEL: Record<AidCategory, string> = {
  food: 'Food',
  health: 'Health and medical',
  shelter: 'Shelter and non-food items',
  water: 'Water and sanitation',
  evacuation: 'Evacuation and transport',
  power: 'Power and heating',
  communications: 'Communications',
  protection: 'Protection',
  education: 'Education',
}

/** A mark drawn over the category's colour, so that colour is never the only sign. Units are CSS pixels. */
export type CategoryPattern = { width: number; height: number; path: string; strokeWidth: number }

export const CATEGORY_PATTERN: Record<AidCategory, CategoryPattern> = {
  food: { width: 8, height: 8, path: 'M2 2h.01M6 6h.01', strokeWidth: 2.6 },
  health: { width: 12, height: 12, path: 'M6 3v6M3 6h6', strokeWidth: 1.8 },
  shelter: { width: 12, height: 8, path: 'M0 7L6 2L12 7', strokeWidth: 1.4 },
  water: { width: 14, height: 8, path: 'M0 4Q3.5 0 7 4T14 4', strokeWidth: 1.4 },
  evacuation: { width: 10, height: 10, path: 'M3 1L7 5L3 9', strokeWidth: 1.5 },
  power: { width: 10, height: 12, path: 'M6 1L3 6.5H7L4 12', strokeWidth: 1.4 },
  communications: { width: 11, height: 11, path: 'M5.5 2.5a3 3 0 1 0 .01 0', strokeWidth: 1.4 },
  protection: { width: 12, height: 10, path: 'M0 .7H12M0 5.7H12M3 .7V5.7M9 5.7V10.7', strokeWidth: 1.2 },
  education: { width: 8, height: 6, path: 'M0 3H8', strokeWidth: 1.4 },
}

/** The light scheme's colours, for images outside a page; in a page purse.css rules, with the same values. */
export const CATEGORY_COLOUR: Record<AidCategory, string> = {
  food: '#b3590b',
  health: '#0b7455',
  shelter: '#7a4a2a',
  water: '#1b6ca8',
  evacuation: '#86408a',
  power: '#8a6600',
  communications: '#4a52a8',
  protection: '#4b5b6b',
  education: '#5c6b14',
}
