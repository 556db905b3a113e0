import { syncPledge } from '#lib/donations/sync-pledge.ts'
import { fetchInvoice } from '#lib/stripe/invoice.ts'
import { outcomeOfPledge, UNKNOWN_AT_STRIPE } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** A renewal was paid, failed, or was given up: its subscription is looked at whole, so the order does not matter. */
export const onInvoiceUpdated: EventHandler = async (actor, { objectId }) => {
  const invoice = await fetchInvoice(objectId)
  if (!invoice) return UNKNOWN_AT_STRIPE
  if (invoice.subscriptionId === null) return { status: 'ignored' }
  return outcomeOfPledge(await syncPledge(actor, { subscriptionId: invoice.subscriptionId }))
}
