import { cookies } from 'next/headers'
import { env } from '#lib/env.ts'
import { GIFT_COOKIE } from './gift-cookie.ts'

const DAY_SECONDS = 86_400

/**
 * Sends the browser to one of Stripe's pages and marks it as the one that began the gift. Only that browser is led to
 * the receipt or the pledge afterwards: the address of the return page may be seen by others.
 */
export async function rememberGift(token: string, checkoutUrl: string): Promise<{ redirectTo: string }> {
  const secure = env().APP_URL.startsWith('https:')
  const shared = { httpOnly: true, sameSite: 'lax', secure, path: '/donations/return', maxAge: DAY_SECONDS } as const
  ;(await cookies()).set(GIFT_COOKIE, token, shared)
  return { redirectTo: checkoutUrl }
}
