import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { SOURCE_WORDS } from '#components/vetting/source-words.ts'
import { AppError } from '#lib/errors.ts'
import { findUpload, type UploadView } from '#lib/screening/queries.ts'
import { currentMember, VettingDesk } from '../../../../vetting-desk.tsx'
import { KeepFresh } from '../../keep-fresh.tsx'
import { UploadProgress } from '../../upload-progress.tsx'

export const metadata: Metadata = { title: 'A list is being brought in' }

type Props = { params: Promise<{ id: string }> }

const EVERY_SECONDS = 4

export default async function UploadPage({ params }: Props) {
  const { id } = await params
  const path = `/vetting/lists/uploads/${id}`
  const actor = await currentMember(path)
  const upload = await findUpload(actor, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  })
  if (upload.snapshotId) redirect(`/vetting/lists/${upload.snapshotId}?done=${upload.outcome}`)
  return (
    <VettingDesk
      title={SOURCE_WORDS[upload.source]}
      current="/vetting/lists"
      crumbs={[{ label: 'Sanctions lists', href: '/vetting/lists' }]}
    >
      {upload.outcome === 'failed' ? <Refused upload={upload} /> : <Running upload={upload} path={path} />}
    </VettingDesk>
  )
}

function Running({ upload, path }: { upload: UploadView; path: string }) {
  return (
    <Panel
      id="progress"
      title="The list is being brought in"
      intro="The list in force stays until this one is in whole. You may leave this page; the work goes on."
    >
      <KeepFresh />
      <noscript>
        <meta httpEquiv="refresh" content={String(EVERY_SECONDS)} />
      </noscript>
      <div className="flex flex-col gap-4">
        <p className="wrap-anywhere">
          {upload.fileName}, sent <DateTime at={upload.at} show="minute" />
        </p>
        <UploadProgress upload={upload} />
        <p>
          <a href={path}>Look again</a>
        </p>
      </div>
    </Panel>
  )
}

function Refused({ upload }: { upload: UploadView }) {
  return (
    <>
      <Alert kind="error" title="The list was not imported, and the one in force stays.">
        <p className="wrap-anywhere">{upload.message}</p>
      </Alert>
      <p className="wrap-anywhere">
        Sent <DateTime at={upload.at} show="minute" />: {upload.fileName}
      </p>
      <p>
        <a href="/vetting/lists#bring-in">Send another file</a>
      </p>
    </>
  )
}
