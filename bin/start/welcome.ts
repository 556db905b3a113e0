import { DEMO_PEOPLE } from '#prisma/demo/people.ts'

/** What the start prints when everything is up. */
export function welcome(url: string, usesSandbox: boolean, sendsMail: boolean): string {
  const lines = ['', `Common Purse is ready: ${url}`, '']
  if (usesSandbox) {
    lines.push('  Stripe is the sandbox: no real money moves. Pay with the card 4242 4242 4242 4242.', '')
    lines.push(
      '  To enter a desk, ask for a sign-in link at /sign-in with one of these addresses' +
        (sendsMail ? ':' : ' and open it in /mailbox:'),
    )
    for (const person of DEMO_PEOPLE) lines.push(`    ${person.email.padEnd(30)} ${person.desk}`)
    lines.push('')
  }
  lines.push('  Ctrl-C stops everything.', '')
  return `${lines.join('\n')}\n`
}
