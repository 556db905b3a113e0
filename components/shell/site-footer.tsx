import { Wordmark } from './wordmark.tsx'

export type SiteFooterProps = {
  /** Where this instance's source code is: the AGPL asks for it. */
  sourceUrl: string
}

/** The foot of every page: how to check the books, what it is, where the code is. */
export function SiteFooter({ sourceUrl }: SiteFooterProps) {
  return (
    <footer className="mt-16 border-t-2 border-ink bg-sunk print:hidden">
      <div className="mx-auto grid max-w-page gap-8 px-4 py-10 text-sm sm:px-6 md:grid-cols-[1fr_1fr_1fr]">
        <div className="flex flex-col gap-2">
          <Wordmark />
          <p className="max-w-prose">
            People raise money together and send it to vetted humanitarian and medical aid groups.
          </p>
          <ul className="flex flex-col">
            <FooterLink href="/giving">Your gifts and receipts</FooterLink>
          </ul>
        </div>
        <div className="flex flex-col gap-1">
          <h2 className="text-base">Check the books yourself</h2>
          <p>Every cent has a number, an owner and one use. Nothing is ever edited.</p>
          <ul className="mt-1 flex flex-col">
            <FooterLink href="/ledger">The whole ledger</FooterLink>
            <FooterLink href="/reports">Reports anyone can run again</FooterLink>
            <FooterLink href="/how-the-books-are-checked">How the books are checked</FooterLink>
          </ul>
        </div>
        <div className="flex flex-col gap-1">
          <h2 className="text-base">Free software</h2>
          <p>Licensed under the AGPL, version 3 or later. Card details go to Stripe and never reach us.</p>
          <ul className="mt-1 flex flex-col">
            <FooterLink href={sourceUrl}>Source code</FooterLink>
          </ul>
        </div>
      </div>
    </footer>
  )
}

function FooterLink({ href, children }: { href: string; children: string }) {
  return (
    <li>
      <a href={href} className="inline-flex min-h-8 items-center">
        {children}
      </a>
    </li>
  )
}
