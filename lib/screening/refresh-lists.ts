import type { SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { importList, recordFailure } from './import-list.ts'
import { readAddress } from './read-address.ts'
import { messageOf } from './read-text.ts'
import { requireSource } from './schema.ts'
import type { ListSource } from './types.ts'

const HOUR_MS = 3_600_000
// A little less than a day, so that the hour of the day does not wander.
const FRESH_MS = 23 * HOUR_MS

/**
 * Fetches each list that has an address in SCREENING_LIST_URLS once a day; one that failed is tried again every hour,
 * and the page says so. Answers how many were fetched.
 */
export async function refreshDueLists(actor: SystemActor): Promise<number> {
  let fetched = 0
  for (const [name, addresses] of Object.entries(env().SCREENING_LIST_URLS)) {
    const source = requireSource(name)
    if (await isDue(source)) fetched += (await refresh(actor, source, addresses)) ? 1 : 0
  }
  return fetched
}

async function isDue(source: ListSource): Promise<boolean> {
  const latest = await db().listImport.findFirst({
    where: { source, way: 'address' },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    select: { at: true, outcome: true },
  })
  if (!latest) return true
  return now().getTime() - latest.at.getTime() >= (latest.outcome === 'failed' ? HOUR_MS : FRESH_MS)
}

async function refresh(actor: SystemActor, source: ListSource, addresses: readonly string[]): Promise<boolean> {
  const files = []
  try {
    for (const address of addresses) files.push(await readAddress(address))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const names = addresses.map((address) => ({ name: new URL(address).host }))
    await recordFailure(actor, { source, way: 'address', files: names, message: messageOf(error) })
    logger().warn({ list: source, problem: messageOf(error) }, 'a list was not fetched')
    return false
  }
  try {
    await importList(actor, { source, files, way: 'address' })
    return true
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    logger().warn({ list: source, problem: messageOf(error) }, 'a fetched list was not imported')
    return false
  }
}
