import type { Locale } from '#lib/vetting/types.ts'
import type { Say } from './say.ts'

const NAMES = [
  { locale: 'en', key: 'site.english' },
  { locale: 'uk', key: 'site.ukrainian' },
] as const

type LanguageSwitchProps = {
  say: Say
  locale: Locale
  /** Where a form posts the language to (an application keeps it), or null: then it is a link with `?lang=`. */
  postTo: string | null
  /** The page to come back to. */
  back: string
}

/** The page in the other language. A plain post or link, so that the whole page comes anew. */
export function LanguageSwitch({ say, locale, postTo, back }: LanguageSwitchProps) {
  return (
    <nav aria-label={say('site.language')} className="text-sm">
      <ul className="flex flex-wrap items-center gap-x-4">
        {NAMES.map(({ locale: language, key }) => (
          <li key={language} lang={language} className="flex min-h-11 items-center">
            {language === locale ? (
              <span aria-current="true" className="font-semibold">
                {say(key)}
              </span>
            ) : postTo === null ? (
              <a href={`${back}?lang=${language}`} hrefLang={language}>
                {say(key)}
              </a>
            ) : (
              <form method="post" action={postTo}>
                <input type="hidden" name="locale" value={language} />
                <input type="hidden" name="back" value={back} />
                <button type="submit" className="min-h-11 cursor-pointer text-green underline">
                  {say(key)}
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
    </nav>
  )
}
