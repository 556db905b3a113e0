import { cookies } from 'next/headers'
import { donorOfSession } from '#lib/donations/open-giving-link.ts'
import { env } from '#lib/env.ts'

type GivingCookie = { name: string; options: { httpOnly: true; sameSite: 'lax'; path: '/giving'; secure: boolean } }

/** The cookie of a donor's own page; browsers send it nowhere else on this site. */
export function givingCookie(): GivingCookie {
  const secure = env().APP_URL.startsWith('https:')
  return {
    name: secure ? '__Secure-purse-giving' : 'purse-giving',
    options: { httpOnly: true, sameSite: 'lax', path: '/giving', secure },
  }
}

/** The token of the session this browser holds, if any. */
export async function heldSession(): Promise<string | undefined> {
  return (await cookies()).get(givingCookie().name)?.value
}

/** Whose own page this browser may see, or null. */
export async function currentDonor(): Promise<{ donorId: string } | null> {
  return donorOfSession(await heldSession())
}
