import type { Actor } from '#lib/auth/types.ts'

/** What a stored event is about. Everything else is asked of Stripe when it is applied. */
export type StoredNotice = { eventId: string; type: string; objectId: string; donationId: string | null }

/** applied: our books say it. ignored: it is none of our business. quarantined: somebody must look; trying again cannot help. */
export type EventOutcome = { status: 'applied' | 'ignored' } | { status: 'quarantined'; reason: string }

export type EventHandler = (actor: Actor, notice: StoredNotice) => Promise<EventOutcome>
