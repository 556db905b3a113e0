import { createTranslator } from 'use-intl/core'
import type { FormWords } from '#components/ui/form-state.ts'
import type { Locale } from '#lib/vetting/types.ts'
import en from './messages/en.json' with { type: 'json' }
import uk from './messages/uk.json' with { type: 'json' }

/** What the application's pages say in that language; `Say` is asked with the key of a sentence. */
export function sayIn(locale: Locale) {
  return createTranslator({ locale, messages: locale === 'uk' ? uk : en })
}
export type Say = ReturnType<typeof sayIn>

/** What forms say by themselves. */
export function formWords(say: Say): FormWords {
  return {
    error: say('form.error'),
    optional: say('form.optional'),
    problem: say('form.problem'),
    sending: say('form.sending'),
    fileAgain: say('form.fileAgain'),
  }
}

/** A day as that language writes it, in UTC; without the Ukrainian abbreviation of "year", whose point ends sentences. */
export function sayDay(locale: Locale, at: Date): string {
  const day = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long', timeZone: 'UTC' })
  return day.format(at).replace(/\sр\.$/, '')
}
