'use client'

import { Page } from '#components/shell/page.tsx'

/** What a page shows when it failed: nothing of the error but its reference, which is in the log. */
export default function ErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <Page title="Something went wrong on our side" measure="text">
      <p>Nothing was lost. Load the page again; if it stays, tell us what you did and this reference:</p>
      <p className="figures font-semibold">{error.digest ?? 'none: your browser stopped the page'}</p>
      <p>
        <a href="/">To the first page</a>
      </p>
    </Page>
  )
}
