import { createHash } from 'node:crypto'
import type { DbClient } from '#lib/db/client.ts'
import type { ParsedParty } from './types.ts'

export type DigestedParty = ParsedParty & { digest: string }

const BATCH = 2_000

/**
 * Gives each party the digest of all that the publisher says of it. Order is taken out of it: a list that is only sorted
 * anew changes nobody.
 */
export function digestParties(parties: readonly ParsedParty[]): DigestedParty[] {
  return parties.map((party) => ({ ...party, digest: digestParty(party) }))
}

function digestParty(party: ParsedParty): string {
  const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort()
  const facts = [
    ...[party.externalId, party.kind, sorted(party.names.map(({ name, kind }) => [kind, name]))],
    ...[sorted(party.programs), sorted(party.birthDates), sorted(party.countries)],
    ...[sorted(party.identifiers.map(({ type, value }) => [type, value])), party.remarks],
  ]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

/** Writes the parties of a snapshot, some thousand in a statement, and says after each how many are written. */
export async function saveParties(
  tx: DbClient,
  snapshotId: string,
  parties: readonly DigestedParty[],
  onWritten?: (done: number, total: number) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < parties.length; at += BATCH) {
    const rows = parties.slice(at, at + BATCH).map((party) => ({
      ...{ external_id: party.externalId, kind: party.kind, names: party.names, programs: party.programs },
      ...{ birth_dates: party.birthDates, countries: party.countries, identifiers: party.identifiers },
      ...{ remarks: party.remarks, digest: party.digest },
    }))
    await tx.$executeRaw`
      INSERT INTO listed_party
        (snapshot_id, external_id, kind, names, programs, birth_dates, countries, identifiers, remarks, digest)
      SELECT ${snapshotId}::uuid, p.external_id, p.kind, p.names, p.programs, p.birth_dates, p.countries,
        p.identifiers, p.remarks, p.digest
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS p (external_id text, kind text, names jsonb,
        programs text[], birth_dates text[], countries text[], identifiers jsonb, remarks text, digest text)`
    await onWritten?.(Math.min(at + BATCH, parties.length), parties.length)
  }
}
