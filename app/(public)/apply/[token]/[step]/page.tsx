import type { Metadata } from 'next'
import { sayIn } from '#components/vetting-application/say.ts'
import { parts } from '#lib/vetting/types.ts'
import { Frame, GonePage } from '../../../../application/frame.tsx'
import { openLinkPage } from '../../../../application/open-page.ts'
import { Step, StepKicker } from '../../../../application/step.tsx'
import { nothingHere } from '../../../nothing-here.ts'

type Props = {
  params: Promise<{ token: string; step: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { token, step } = await params
  const page = await openLinkPage(token)
  const part = parts.find((known) => known === step)
  const title = page && part ? page.say(`parts.${part}`) : sayIn('en')('gone.title')
  return { title, robots: { index: false, follow: false }, referrer: 'same-origin' }
}

/** One part of the application at its link. */
export default async function StepPage({ params, searchParams }: Props) {
  const { token, step } = await params
  const part = parts.find((known) => known === step)
  if (!part) nothingHere()
  const page = await openLinkPage(token)
  if (!page) {
    return <GonePage says={(['en', 'uk'] as const).map((locale) => ({ locale, say: sayIn(locale) }))} begin />
  }
  const { say, locale, base } = page
  return (
    <Frame
      say={say}
      locale={locale}
      postTo={`${base}/language`}
      back={`${base}/${part}`}
      kicker={<StepKicker page={page} part={part} />}
      title={say(`parts.${part}`)}
      lead={say(`leads.${part}`)}
    >
      <Step page={page} part={part} query={await searchParams} />
    </Frame>
  )
}
