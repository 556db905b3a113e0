import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { sayIn } from '#components/vetting-application/say.ts'
import { parts } from '#lib/vetting/types.ts'
import { Step, StepKicker } from '../../../../../../application/step.tsx'
import { ApplicationFrame, loadApplication } from '../desk-page.tsx'

type Props = {
  params: Promise<{ id: string; step: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { step } = await params
  const part = parts.find((known) => known === step)
  return { title: part ? `${sayIn('en')(`parts.${part}`)}, application` : 'Application of an aid group' }
}

/** One part of the application, filled in at the desk. */
export default async function ApplicationStepPage({ params, searchParams }: Props) {
  const { id, step } = await params
  const part = parts.find((known) => known === step)
  if (!part) notFound()
  const { page, ...frame } = await loadApplication(id, `/${part}`)
  return (
    <ApplicationFrame {...frame}>
      <div className="flex flex-col gap-2">
        <p className="text-sm">
          <StepKicker page={page} part={part} />
        </p>
        <h2>{page.say(`parts.${part}`)}</h2>
        <p className="text-lg text-ink-soft">{page.say(`leads.${part}`)}</p>
      </div>
      <Step page={page} part={part} query={await searchParams} />
    </ApplicationFrame>
  )
}
