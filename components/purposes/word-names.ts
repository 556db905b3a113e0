import type { WordKind, WordLanguage } from '#lib/purposes/types.ts'

export const LANGUAGE_NAMES: Record<WordLanguage, string> = {
  en: 'English',
  uk: 'Ukrainian',
  ru: 'Russian',
  es: 'Spanish',
}

export const KIND_NAMES: Record<WordKind, string> = {
  prohibited: 'Refused',
  dual_use: 'Looked at',
  harmless: 'Harmless',
}

export const KIND_HINTS: Record<WordKind, string> = {
  prohibited: 'A text with it is refused, whoever writes it.',
  dual_use: 'A payment with it waits until another person has looked at it.',
  harmless:
    'The words in this phrase are not meant that way: “bomb shelter”. With ~ for any listed word, a refusal becomes a review: “victims of ~”.',
}
