import type { Metadata } from 'next'
import { Page } from '#components/shell/page.tsx'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <Page title="There is nothing here" measure="text">
      <p>
        The address may be mistyped, or what was here is only for some people: sign in first if you have a desk here.
      </p>
      <ul className="flex flex-col gap-1">
        <li>
          <a href="/campaigns">All campaigns</a>
        </li>
        <li>
          <a href="/ledger">The ledger</a>
        </li>
        <li>
          <a href="/sign-in">Sign in</a>
        </li>
      </ul>
    </Page>
  )
}
