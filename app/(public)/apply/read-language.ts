import { type Locale, locales } from '#lib/vetting/types.ts'

/** The language an address asks for with `?lang=`; English otherwise. */
export function readLanguage(query: Record<string, string | string[] | undefined>): Locale {
  return locales.find((locale) => locale === query['lang']) ?? 'en'
}
