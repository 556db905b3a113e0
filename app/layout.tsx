import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { AccountMenu } from '#components/shell/account-menu.tsx'
import { LetterFooter, LetterHeader } from '#components/shell/letter-frame.tsx'
import { SandboxBanner } from '#components/shell/sandbox-banner.tsx'
import { SiteFooter } from '#components/shell/site-footer.tsx'
import { SiteHeader } from '#components/shell/site-header.tsx'
import { SkipLink } from '#components/shell/skip-link.tsx'
import { type Say, sayIn } from '#components/vetting-application/say.ts'
import { currentActor } from '#lib/auth/session.ts'
import type { Actor, Role, UserActor } from '#lib/auth/types.ts'
import './globals.css'
import { pageLanguage } from './page-language.ts'

const address = process.env['APP_URL']

export const metadata: Metadata = {
  ...(address === undefined ? {} : { metadataBase: new URL(address) }),
  title: { default: 'Common Purse', template: '%s · Common Purse' },
  description: 'People raise money together and send it to vetted aid groups. Every cent can be followed.',
  icons: { icon: [{ url: '/icon.svg', type: 'image/svg+xml' }] },
}

// Each response carries its own nonce in the policy and in Next's scripts, so no page is rendered ahead of its request.
export const dynamic = 'force-dynamic'

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf6ed' },
    { media: '(prefers-color-scheme: dark)', color: '#0e1729' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const actor = await currentActor()
  const locale = await pageLanguage()
  return (
    <html lang={locale}>
      <head>
        <link rel="preload" as="font" type="font/woff2" href="/fonts/purse-serif-latin.woff2" crossOrigin="anonymous" />
      </head>
      <body>
        {locale === 'en' ? <SiteFrame actor={actor}>{children}</SiteFrame> : null}
        {locale === 'en' ? null : <LetterFrame say={sayIn(locale)}>{children}</LetterFrame>}
      </body>
    </html>
  )
}

type FrameProps = { children: ReactNode }

function SiteFrame({ actor, children }: FrameProps & { actor: Actor }) {
  return (
    <>
      <SkipLink />
      <SandboxBanner shown={process.env['SANDBOX'] === '1'} />
      {actor.kind === 'user' ? (
        <SiteHeader account={<AccountMenu name={actor.name} desks={desksOf(actor)} />} />
      ) : (
        <SiteHeader />
      )}
      {children}
      <SiteFooter sourceUrl="/source" />
    </>
  )
}

/** Around the pages that are not in English. */
function LetterFrame({ say, children }: FrameProps & { say: Say }) {
  return (
    <>
      <SkipLink>{say('site.skip')}</SkipLink>
      <SandboxBanner shown={process.env['SANDBOX'] === '1'}>{say('site.sandbox')}</SandboxBanner>
      <LetterHeader />
      {children}
      <LetterFooter words={{ purpose: say('site.purpose'), source: say('site.source') }} sourceUrl="/source" />
    </>
  )
}

const DESKS: { role: Role; href: string; label: string }[] = [
  { role: 'organizer', href: '/organizer', label: 'Organizer' },
  { role: 'treasurer', href: '/treasurer', label: 'Treasurer' },
  { role: 'auditor', href: '/treasurer', label: 'Books' },
  { role: 'vetting_reviewer', href: '/vetting', label: 'Vetting' },
]

/** The desks whose door opens to this person; a treasurer who also audits has one door to the books. */
function desksOf(actor: UserActor): { href: string; label: string }[] {
  const held = new Set(actor.roles.map(({ role }) => role))
  const desks = DESKS.filter(({ role }) => held.has(role)).map(({ href, label }) => ({ href, label }))
  const once = desks.filter((desk, index) => desks.findIndex(({ href }) => href === desk.href) === index)
  return actor.isAdmin ? [...once, { href: '/admin', label: 'Admin' }] : once
}
