import { sessionIdOf } from './play-donors.ts'
import { stripeEntries, stripeLines, subjectOf } from './stripe-truth.ts'
import { missingLetters } from './sweep-in-time.ts'
import { promiseThat } from './violation.ts'
import type { World } from './world.ts'

/** What must be true once the faults have stopped and everybody has done their work. Throws a Violation. */
export async function checkLiveness(world: World): Promise<void> {
  await checkEvents(world)
  await checkBooksEqualStripe(world)
  await checkDonations(world)
  await checkPledges(world)
  await checkPayouts(world)
  await checkLost(world)
}

async function checkEvents(world: World): Promise<void> {
  const { rows } = await world.admin.query<{ type: string; status: string; reason: string | null }>(
    `SELECT type, status::text, last_error AS reason FROM stripe_event WHERE status IN ('pending', 'quarantined') ORDER BY id`,
  )
  promiseThat(
    'In the end every event is applied.',
    rows.map(({ type, status, reason }) => `${type} is ${status}: ${reason}`),
  )
  const waiting = await world.queue.length()
  promiseThat('In the end the queue is empty.', waiting === 0 ? [] : [`${waiting} jobs are left`])
}

async function checkBooksEqualStripe(world: World): Promise<void> {
  const lines = await stripeLines(world)
  const entries = await stripeEntries(world)
  const booked = new Set(entries.map((entry) => subjectOf(entry)))
  promiseThat(
    'In the end everything that happened at Stripe is in the books.',
    lines
      .filter((line) => !booked.has(line.id) && !booked.has(line.source))
      .map((line) => `a ${line.category} of ${line.netMinor} ${line.currency} is missing`),
  )
  const differences = new Map<string, bigint>()
  const add = (key: string, minor: bigint) => differences.set(key, (differences.get(key) ?? 0n) + minor)
  const second = world.now().getTime() / 1_000
  for (const line of lines)
    add(`${line.availableOn <= second ? 'available' : 'pending'} ${line.currency}`, line.netMinor)
  for (const place of await places(world))
    add(`${place.role.replace('stripe_', '')} ${place.currency}`, -BigInt(place.minor))
  promiseThat(
    'In the end the ledger has at Stripe what Stripe has.',
    [...differences].filter(([, minor]) => minor !== 0n).map(([key, minor]) => `Stripe has ${minor} more ${key}`),
  )
}

async function places(world: World): Promise<{ role: string; currency: string; minor: string }[]> {
  const { rows } = await world.admin.query<{ role: string; currency: string; minor: string }>(
    `SELECT role, currency, sum(balance_minor) AS minor FROM ledger.balances WHERE role IN ('stripe_pending', 'stripe_available') GROUP BY role, currency`,
  )
  return rows
}

const FATES: Readonly<Record<string, string>> = { complete: 'settled', expired: 'expired', open: 'started' }

/** Each gift has ended as its payment page has. */
async function checkDonations(world: World): Promise<void> {
  const broken: string[] = []
  for (const { donationId, url } of world.checkouts) {
    const { body: session } = await world.dashboard('GET', `checkout/sessions/${sessionIdOf(url)}`)
    const { rows } = await world.admin.query<{ status: string; intent: string | null }>(
      'SELECT status::text, payment_intent_id AS intent FROM donation WHERE id = $1',
      [donationId],
    )
    const [donation] = rows
    const expected = FATES[String(session['status'])]
    if (donation?.status !== expected) broken.push(`a page is ${session['status']} and its gift ${donation?.status}`)
    else if (expected === 'settled' && donation?.intent !== session['payment_intent'])
      broken.push('a gift has the payment of another')
  }
  promiseThat('In the end each gift has ended as its payment page has.', broken)
}

/** A monthly pledge waits for its first payment only as long as there is a page to pay it on. */
async function checkPledges(world: World): Promise<void> {
  const { rows } = await world.admin.query<{ id: string }>(
    `SELECT id FROM pledge WHERE kind = 'monthly' AND status = 'pending'`,
  )
  if (rows.length === 0) return
  const { body } = await world.dashboard('GET', 'checkout/sessions', { limit: '100' })
  const sessions = body['data'] as { status: string; metadata: Record<string, string> | null }[]
  const broken = rows.flatMap(({ id }) => {
    const own = sessions.filter(({ metadata }) => metadata?.['pledge_id'] === id).map(({ status }) => status)
    return own.length === 0 || own.includes('open') ? [] : [`a pledge is pending and its page is ${own.join(', ')}`]
  })
  promiseThat('In the end no pledge waits for a page that nobody can pay on.', broken)
}

/** Last, because what is missing in the books because of it says more. */
async function checkLost(world: World): Promise<void> {
  const letters = await missingLetters(world)
  promiseThat(
    'In the end every event that was lost is here.',
    letters.map(({ type, id, createdAt }) => `${type} ${id} of ${createdAt.toISOString()} is missing`),
  )
}

async function checkPayouts(world: World): Promise<void> {
  const { body } = await world.dashboard('GET', 'payouts', { limit: '100' })
  const payouts = body['data'] as { id: string; status: string; amount: number }[]
  const { rows } = await world.admin.query<{ id: string; status: string; left: boolean; arrived: boolean }>(
    `SELECT id, status, entry_id IS NOT NULL AS left, arrival_entry_id IS NOT NULL AS arrived FROM stripe_payout`,
  )
  const known = new Map(rows.map((row) => [row.id, row]))
  promiseThat(
    'In the end each payout is where Stripe says it is.',
    payouts
      .filter(({ id, status }) => known.get(id)?.status !== status || (status === 'paid' && !known.get(id)?.arrived))
      .map(
        ({ id, status, amount }) =>
          `payout ${id} of ${amount} is ${status}, here ${known.get(id)?.status ?? 'unknown'}`,
      ),
  )
}
