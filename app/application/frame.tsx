import type { ReactNode } from 'react'
import { LanguageSwitch } from '#components/vetting-application/language-switch.tsx'
import type { Say } from '#components/vetting-application/say.ts'
import type { Locale } from '#lib/vetting/types.ts'

type FrameProps = {
  say: Say
  locale: Locale
  /** The language is kept with the application, or chosen by a link where there is none yet. */
  postTo: string | null
  back: string
  /** Above the title: where this page belongs. */
  kicker?: ReactNode
  title: ReactNode
  lead?: ReactNode
  /** `text` for forms and reading, `wide` for lists beside each other. */
  measure?: 'text' | 'wide'
  children: ReactNode
}

/** A page of the application in its own language: language switch, one h1, a measure made for forms. */
export function Frame({ say, locale, postTo, back, kicker, title, lead, measure = 'text', children }: FrameProps) {
  return (
    <main id="main" lang={locale} tabIndex={-1} className="mx-auto w-full max-w-page flex-1 px-4 py-4 sm:px-6 sm:py-8">
      <div className={measure === 'text' ? 'mx-auto flex max-w-[42rem] flex-col gap-8' : 'flex flex-col gap-8'}>
        <div className="flex flex-col gap-2">
          <div className="flex flex-wrap items-center justify-between gap-x-6">
            <div className="text-sm">{kicker}</div>
            <LanguageSwitch say={say} locale={locale} postTo={postTo} back={back} />
          </div>
          <h1>{title}</h1>
          {lead ? <p className="max-w-prose text-lg text-ink-soft">{lead}</p> : null}
        </div>
        {children}
      </div>
    </main>
  )
}

/** For a link that opens nothing: in both languages, since nobody knows which is the reader's. */
export function GonePage({ says, begin }: { says: readonly { locale: Locale; say: Say }[]; begin: boolean }) {
  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-page flex-1 px-4 py-8 sm:px-6 sm:py-12">
      <div className="flex max-w-[44rem] flex-col gap-10">
        {says.map(({ locale, say }, position) => (
          <section key={locale} lang={locale} className="flex flex-col gap-3">
            {position === 0 ? <h1>{say('gone.title')}</h1> : <h2 className="text-xl">{say('gone.title')}</h2>}
            <p className="max-w-prose">{say(begin ? 'gone.text' : 'reference.goneText')}</p>
            {begin ? (
              <p>
                <a href={`/apply?lang=${locale}`}>{say('gone.begin')}</a>
              </p>
            ) : null}
          </section>
        ))}
      </div>
    </main>
  )
}
