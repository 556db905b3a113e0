import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { Alert } from '#components/ui/alert.tsx'
import { canNominate } from '#lib/vetting/policy.ts'
import { openPage } from '../../../../../application/open-page.ts'
import { DossierFrame, type DossierPage, loadDossier } from '../dossier-frame.tsx'

/** The application of the aid group behind the address, and whether this person may write it. */
export async function loadApplication(id: string, place: string) {
  const dossier = await loadDossier(id, `/application${place}`)
  const page = await openPage(id)
  if (!page) notFound()
  return { dossier, page, mayWrite: canNominate(dossier.actor, dossier.group.chapterId) }
}

type Props = { dossier: DossierPage; mayWrite: boolean; children: ReactNode }

/** The frame of the application at the desk. Whoever writes here is told first what it rules out for them. */
export function ApplicationFrame({ dossier, mayWrite, children }: Props) {
  return (
    <DossierFrame {...dossier} current="/application">
      {mayWrite ? (
        <Alert kind="note" title="You write this for the aid group">
          <p className="max-w-prose">
            Your name stands beside everything you save. Whoever enters the bank account does not verify it, and whoever
            writes here does not give the next approval. Forms say “you” to the aid group.
          </p>
        </Alert>
      ) : null}
      {mayWrite ? (
        <div className="flex max-w-[42rem] flex-col gap-8">{children}</div>
      ) : (
        <p className="max-w-prose">
          Only an organizer or a vetting reviewer of this chapter can fill in an application. What was filled in stands
          under “Papers and people”.
        </p>
      )}
    </DossierFrame>
  )
}
