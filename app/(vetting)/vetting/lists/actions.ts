'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { acceptSnapshot, refuseSnapshot } from '#lib/screening/review-snapshot.ts'
import { screenName } from '#lib/screening/screen-name.ts'
import { rescreenAll } from '#lib/screening/start-run.ts'
import { uploadList } from '#lib/screening/upload-list.ts'
import { runForm } from '../../../run-form.ts'
import type { TriedName } from './tried-name.ts'

const PATH = '/vetting/lists'

export async function bringIn(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const sent = formData.getAll('files').filter((one): one is File => one instanceof File && one.name !== '')
    const files = await Promise.all(
      sent.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
    )
    const uploadId = await uploadList(await currentActor(), { source: formData.get('source'), files })
    return { redirectTo: `${PATH}/uploads/${uploadId}` }
  })
}

export async function decide(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const input = Object.fromEntries(formData)
    const actor = await currentActor()
    if (formData.get('decision') === 'accept') await acceptSnapshot(actor, input)
    else await refuseSnapshot(actor, input)
    const done = formData.get('decision') === 'accept' ? 'accepted' : 'refused'
    return { redirectTo: `${PATH}/${encodeURIComponent(String(formData.get('snapshotId')))}?done=${done}` }
  })
}

export async function screenEveryone(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await rescreenAll(await currentActor(), { cause: 'by_hand' })
    return { redirectTo: `${PATH}#runs` }
  })
}

/** Looks a name up and writes nothing; posted, so that no name stands in an address. */
export async function tryName(_previous: TriedName, formData: FormData): Promise<TriedName> {
  let tried: TriedName['tried'] = null
  const state = await runForm(formData, async () => {
    const [name, birthDate, country, kind] = ['name', 'birthDate', 'country', 'kind'].map((key) => formData.get(key))
    const asked = { name, birthDate: birthDate || undefined, country: country || undefined, kind: kind || undefined }
    const answer = await screenName(await currentActor(), asked)
    tried = {
      name: String(name).trim(),
      isAnswered: answer !== null,
      unsupportedScripts: answer?.unsupportedScripts ?? [],
      matches: answer?.matches ?? [],
    }
    return { message: '' }
  })
  return { ...state, tried }
}
