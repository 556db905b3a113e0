import { headers } from 'next/headers'
import { readSender } from '#lib/auth/read-sender.ts'
import type { GivingRequest } from '#lib/donations/limit-giving.ts'

/** What the giver's browser says beside the form: where it is, and what it did to show that it is no program. */
export async function readRequest(formData: FormData): Promise<GivingRequest> {
  return {
    sender: readSender((await headers()).get('x-forwarded-for')),
    proof: textOf(formData.get('proof')),
    turnstile: textOf(formData.get('cf-turnstile-response')),
  }
}

function textOf(value: FormDataEntryValue | null): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
