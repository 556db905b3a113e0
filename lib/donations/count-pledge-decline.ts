import { db } from '#lib/db/client.ts'
import { fetchPayer, fetchSetup } from '#lib/stripe/intent.ts'
import { invoiceOfPayment } from '#lib/stripe/invoice.ts'
import { fetchPledgeSession, findCardPage } from '#lib/stripe/pledge-checkout.ts'
import { type Decline, recordDecline } from './count-decline.ts'
import { isUuid } from './schema.ts'

/** foreign: of nothing that a person begins at a page of ours, a renewal for example. unknown: Stripe does not know it. */
export type PledgeDecline = 'counted' | 'foreign' | 'unknown'

/**
 * Counts a card declined on the page that begins a monthly pledge, or lets a lapsed one go on. Its payment carries no
 * mark of ours, so it is found by the customer. Renewals do not count: nobody is there who tries cards.
 */
export async function countPledgeDecline(event: { eventId: string; intentId: string }): Promise<PledgeDecline> {
  const payer = await fetchPayer(event.intentId)
  if (!payer) return 'unknown'
  const page = payer.customerId === null ? null : await findPage(payer.customerId)
  if (!page) return 'foreign'
  const isRenewal = (await invoiceOfPayment(event.intentId)) !== null
  if (isRenewal) return 'foreign'
  await recordDecline(event.eventId, page)
  return 'counted'
}

/** The same for the page on which another card is entered for a pledge: its intent names the pledge. */
export async function countSetupDecline(event: { eventId: string; intentId: string }): Promise<PledgeDecline> {
  const setup = await fetchSetup(event.intentId)
  if (!setup) return 'unknown'
  const { pledgeId, customerId } = setup
  if (pledgeId === null || customerId === null || !isUuid(pledgeId)) return 'foreign'
  const pledge = await db().pledge.findUnique({
    where: { id: pledgeId, kind: 'monthly' },
    select: { campaignId: true, donor: { select: { email: true } } },
  })
  const email = pledge?.donor.email
  if (!pledge || !email) return 'foreign'
  const sessionId = await findCardPage(customerId, event.intentId)
  await recordDecline(event.eventId, { email, campaignId: pledge.campaignId, formKey: null, sessionId })
  return 'counted'
}

/** The page of this customer on which a card can be tried now: the newest that is open, or was until a moment ago. */
async function findPage(customerId: string): Promise<Decline | null> {
  const customer = await db().donorCustomer.findUnique({ where: { customerId } })
  if (!customer) return null
  const { donorId, currency } = customer
  const pledges = await db().pledge.findMany({
    where: {
      ...{ donorId, currency, kind: 'monthly', status: { in: ['pending', 'lapsed'] } },
      ...{ checkoutSessionId: { not: null }, donor: { email: { not: null } } },
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    include: { donor: { select: { email: true } } },
  })
  let found: (typeof pledges)[number] | undefined
  for (const pledge of pledges) {
    const session = await fetchPledgeSession(pledge.checkoutSessionId ?? '')
    if (session?.status === 'open') {
      found = pledge
      break
    }
  }
  found ??= pledges.find(({ status }) => status === 'pending')
  const email = found?.donor.email
  if (!found || !email) return null
  const { campaignId, checkoutSessionId: sessionId, submissionKey, status } = found
  // A lapsed pledge's form was filled in long ago; its page was asked for since.
  return { email, campaignId, sessionId, formKey: status === 'pending' ? submissionKey : null }
}
