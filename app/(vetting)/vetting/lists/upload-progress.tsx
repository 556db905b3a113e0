import { Progress } from '#components/ui/progress.tsx'
import type { UploadView } from '#lib/screening/queries.ts'

/** Reading a file is the smaller part of the work; writing its parties is the rest of the bar. */
const READING_PERCENT = 10

/** How far the worker is with a list that somebody sent. */
export function UploadProgress({ upload }: { upload: UploadView }) {
  return (
    <Progress label={`Bringing in ${upload.fileName}`} value={percentOf(upload)} max={100} valueText={words(upload)} />
  )
}

function percentOf({ stage, done, total }: UploadView): number {
  if (stage === 'waiting') return 0
  if (stage === 'reading') return READING_PERCENT
  return READING_PERCENT + ((100 - READING_PERCENT) * done) / Math.max(1, total)
}

function words({ stage, done, total }: UploadView): string {
  if (stage === 'waiting') return 'Waiting for its turn'
  if (stage === 'reading') return 'Reading the file'
  return `${done.toLocaleString('en')} of ${total.toLocaleString('en')} parties written`
}
