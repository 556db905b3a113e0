import type { Letter } from './postman.ts'
import type { World } from './world.ts'

/** Stripe lists an event for 30 days; a day before that the sweeper has looked, which runs every five minutes. */
const LOOKED_AFTER_MS = 29 * 86_400_000

/**
 * The same world, in which time never takes an event that was lost out of Stripe's list before the sweeper could find it
 * there: a story may be without the sweeper for weeks, but what nobody could bring any more is no part of the promises.
 */
export function sweepingInTime(world: World, sweep: () => Promise<void>): World {
  const advance = async (seconds: number): Promise<void> => {
    const letters = await missingLetters(world)
    const eldestMs = Math.min(...letters.map(({ createdAt }) => createdAt.getTime()))
    const untilLook = Math.max(0, Math.ceil((eldestMs + LOOKED_AFTER_MS - world.now().getTime()) / 1_000))
    if (untilLook >= seconds) return world.advance(seconds)
    if (untilLook > 0) await world.advance(untilLook)
    await sweep()
    await world.advance(seconds - untilLook)
  }
  return { ...world, advance }
}

/** Whether the sweeper can still find it at Stripe; what cannot be found must not be lost. */
export function isInTime(world: World, { createdAt }: Letter): boolean {
  return world.now().getTime() - createdAt.getTime() < LOOKED_AFTER_MS
}

/** What was lost and has not come to us in another way. */
export async function missingLetters(world: World): Promise<Letter[]> {
  const lost = world.postman.lost()
  if (lost.length === 0) return []
  const ids = lost.map(({ id }) => id)
  const { rows } = await world.admin.query<{ id: string }>('SELECT id FROM stripe_event WHERE id = ANY ($1)', [ids])
  const here = new Set(rows.map(({ id }) => id))
  return lost.filter(({ id }) => !here.has(id))
}
