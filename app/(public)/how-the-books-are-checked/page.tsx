import type { Metadata } from 'next'
import { Page } from '#components/shell/page.tsx'

export const metadata: Metadata = {
  title: 'How the books are checked',
  description: 'What the software makes impossible, who checks what, and how to check it yourself.',
}

export default function BooksPage() {
  return (
    <Page
      measure="text"
      title="How the books are checked"
      lead="You do not have to take our word for it. This is what the software makes impossible, what people check, and what you can check yourself."
    >
      <div className="prose">
        <h2>What cannot happen</h2>
        <ul>
          <li>
            <strong>Money out of nowhere.</strong> Every movement is one line with an account it leaves and an account
            it reaches. A line with one side cannot be written down.
          </li>
          <li>
            <strong>A changed story.</strong> Lines are never edited or deleted, by anyone. A mistake is mended by a
            second line that names the first.
          </li>
          <li>
            <strong>Spending what is not there.</strong> The database refuses a payment that the fund cannot cover.
            There is no override, not for administrators either.
          </li>
          <li>
            <strong>The same cent twice.</strong> The cents of a fund are numbered in the order they came. Each has one
            donor and is spent once.
          </li>
          <li>
            <strong>Another purpose.</strong> What is given to a campaign stays in its fund and goes to the aid groups
            it named.
          </li>
        </ul>
        <h2>What takes more than one person</h2>
        <p>
          A campaign goes live when somebody other than its makers has reviewed it. An aid group is nominated, reviewed
          and approved by three different people, and the approval ends by itself. Money is requested by one person,
          approved by a second and, above a small amount, sent by a third. The database refuses a shortcut even if the
          program has a fault.
        </p>
        <h2>What you can check</h2>
        <ul>
          <li>
            <a href="/ledger">Every line of the ledger</a>, with the balance after it.
          </li>
          <li>
            <a href="/reports">The report of each chapter</a>, for any period: what was there, what came, what went,
            what is left. It names the last entry it was made from, so that two people can make the same report.
          </li>
          <li>Your own gift, on the page your receipt links to: which cents are yours, and what they bought.</li>
          <li>The documents that came back with each delivery, on the campaign’s page.</li>
        </ul>
        <p>
          The fees that the card company takes stand in the books as their own lines. Tips and covered fees are never
          counted towards a campaign’s goal.
        </p>
      </div>
    </Page>
  )
}
