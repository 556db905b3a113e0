import { Text } from '@react-email/components'
import { createTranslator } from 'use-intl/core'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import en from './messages/en.json' with { type: 'json' }
import uk from './messages/uk.json' with { type: 'json' }
import type { Mail } from './types.ts'

type MailLocale = 'en' | 'uk'
type ApplicationNews = 'invitation' | 'begun' | 'renewal' | 'received' | 'question'

type ApplicationMailInput = {
  recipient: string
  locale: MailLocale
  news: ApplicationNews
  chapterName: string
  groupName: string
  /** The key to the application. */
  link: string
  closesAt: Date
}

/** A mail to an aid group about its application, in the application's language, with the link that opens it. */
export function applicationMail(input: ApplicationMailInput): Mail {
  const { recipient, locale, news, chapterName: chapter, groupName: group, link, closesAt } = input
  const say = translator(locale)
  const day = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long', timeZone: 'UTC' })
  const closesOn = day.format(closesAt).replace(/\sр\.$/, '')
  return {
    kind: 'application',
    recipient,
    subject: say(`${news}.subject`, { chapter, group }),
    element: (
      <MailLayout
        lang={locale}
        preview={say(`${news}.preview`)}
        heading={say(`${news}.heading`)}
        footer={say('footer', { chapter })}
      >
        <Text style={mailText}>{say(`${news}.text`, { chapter, group })}</Text>
        <MailAction href={link} orOpen={say('orOpen')}>
          {say(`${news}.action`)}
        </MailAction>
        <Text style={{ ...mailText, margin: '16px 0 0' }}>{say('keep', { closesOn })}</Text>
      </MailLayout>
    ),
  }
}

type ReferenceMailInput = Omit<ApplicationMailInput, 'news' | 'closesAt'> & { name: string; isReminder?: boolean }

/** Asks somebody an aid group named what they know of it. */
export function referenceMail({ recipient, locale, name, isReminder = false, ...input }: ReferenceMailInput): Mail {
  const { chapterName: chapter, groupName: group, link } = input
  const say = translator(locale)
  return {
    kind: 'reference',
    recipient,
    subject: say(isReminder ? 'reference.remindSubject' : 'reference.subject', { group }),
    element: (
      <MailLayout
        lang={locale}
        preview={say('reference.preview')}
        heading={say('reference.heading', { group })}
        footer={say('reference.footer', { group })}
      >
        {isReminder ? <Text style={mailText}>{say('reference.remindText')}</Text> : null}
        <Text style={mailText}>{say('reference.text', { name, group, chapter })}</Text>
        <MailAction href={link} orOpen={say('orOpen')}>
          {say('reference.action')}
        </MailAction>
      </MailLayout>
    ),
  }
}

function translator(locale: MailLocale) {
  return createTranslator({ locale, messages: locale === 'uk' ? uk : en })
}
