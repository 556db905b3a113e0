'use client'

import './globals.css'

/** The same where even the frame of the pages failed. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Common Purse</title>
        <main className="mx-auto flex w-full max-w-prose flex-col gap-4 px-4 py-12">
          <h1>Something went wrong on our side</h1>
          <p>Nothing was lost. Load the page again; if it stays, tell us what you did and this reference:</p>
          <p className="figures font-semibold">{error.digest ?? 'none: your browser stopped the page'}</p>
        </main>
      </body>
    </html>
  )
}
