import type { Metadata } from 'next'
import { Alert } from '#components/ui/alert.tsx'
import { Parts, Submission } from '../../../../../application/overview.tsx'
import { ApplicationFrame, loadApplication } from './desk-page.tsx'

export const metadata: Metadata = { title: 'Application of an aid group' }

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** The application as its aid group has it, for somebody of the chapter who fills it in. */
export default async function ApplicationPage({ params, searchParams }: Props) {
  const { id } = await params
  const { page, ...frame } = await loadApplication(id, '')
  const { done } = await searchParams
  return (
    <ApplicationFrame {...frame}>
      {done === 'saved' ? <Alert kind="done">Saved.</Alert> : null}
      {done === 'submitted' ? <Alert kind="done">Sent in. The references were asked.</Alert> : null}
      <Parts page={page} />
      <Submission page={page} />
    </ApplicationFrame>
  )
}
