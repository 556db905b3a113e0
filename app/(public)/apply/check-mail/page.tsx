import type { Metadata } from 'next'
import { sayIn } from '#components/vetting-application/say.ts'
import { Frame } from '../../../application/frame.tsx'
import { readLanguage } from '../read-language.ts'

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  return { title: sayIn(readLanguage(await searchParams))('start.sentTitle'), robots: { index: false } }
}

/** The same for every address, so that nobody learns who has applied. */
export default async function CheckMailPage({ searchParams }: Props) {
  const locale = readLanguage(await searchParams)
  const say = sayIn(locale)
  return (
    <Frame
      say={say}
      locale={locale}
      postTo={null}
      back="/apply/check-mail"
      title={say('start.sentTitle')}
      lead={say('start.sentLead')}
    >
      <p className="max-w-prose">{say('start.sentText')}</p>
      <p>
        <a href={`/apply?lang=${locale}`}>{say('start.again')}</a>
      </p>
    </Frame>
  )
}
