import { headers } from 'next/headers'
import { openApplication } from '#lib/vetting/open-application.ts'
import type { Locale } from '#lib/vetting/types.ts'

/**
 * The language of the page that is being rendered, for the frame around it: that of an application whose link this is, or
 * what `?lang=` asks for on the pages that know it. proxy.ts says which address it is.
 */
export async function pageLanguage(): Promise<Locale> {
  const address = (await headers()).get('x-purse-address') ?? '/'
  const { pathname, searchParams } = new URL(address, 'http://own.invalid')
  const [, room, token = ''] = pathname.split('/')
  if (room !== 'apply' && room !== 'references') return 'en'
  if (room === 'apply' && token.length === 43) return (await openApplication(token))?.locale ?? 'en'
  return searchParams.get('lang') === 'uk' ? 'uk' : 'en'
}
