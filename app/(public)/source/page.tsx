import type { Metadata } from 'next'
import { Page } from '#components/shell/page.tsx'
import { env } from '#lib/env.ts'

export const metadata: Metadata = { title: 'Source code' }

/** The offer of the source that section 13 of the licence asks of whoever runs this program for others. */
export default function SourcePage() {
  const { SOURCE_URL } = env()
  return (
    <Page title="The source code of this site">
      <p>
        Common Purse is free software under the GNU Affero General Public License, version 3 or any later version.
        Whoever uses this site may have the exact program it runs, read it, change it and run it elsewhere.
      </p>
      <p>
        {SOURCE_URL ? (
          <a href={SOURCE_URL}>Get the source of this installation</a>
        ) : (
          'This is a sandbox or has not been set up for the public yet: its source lies in the folder it was started from.'
        )}
      </p>
    </Page>
  )
}
