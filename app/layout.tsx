import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { SandboxBanner } from '#components/shell/sandbox-banner.tsx'
import { SiteFooter } from '#components/shell/site-footer.tsx'
import { SiteHeader } from '#components/shell/site-header.tsx'
import { SkipLink } from '#components/shell/skip-link.tsx'
import './globals.css'

const address = process.env['APP_URL']

export const metadata: Metadata = {
  ...(address === undefined ? {} : { metadataBase: new URL(address) }),
  title: { default: 'Common Purse', template: '%s · Common Purse' },
  description: 'People raise money together and send it to vetted aid groups. Every cent can be followed.',
  icons: { icon: [{ url: '/icon.svg', type: 'image/svg+xml' }] },
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf6ed' },
    { media: '(prefers-color-scheme: dark)', color: '#0e1729' },
  ],
}

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <link rel="preload" as="font" type="font/woff2" href="/fonts/purse-serif-latin.woff2" crossOrigin="anonymous" />
      </head>
      <body>
        <SkipLink />
        <SandboxBanner shown={process.env['SANDBOX'] === '1'} />
        <SiteHeader />
        {children}
        <SiteFooter sourceUrl="/source" />
      </body>
    </html>
  )
}
