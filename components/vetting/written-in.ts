/** The language a text is spoken in by a screen reader, as far as its letters tell; Cyrillic here is Ukrainian most likely. */
export function languageOf(text: string): string | undefined {
  if (/[ыэъё]/iu.test(text)) return 'ru'
  if (/\p{Script=Cyrillic}/u.test(text)) return 'uk'
  if (/\p{Script=Arabic}/u.test(text)) return 'ar'
  return undefined
}
