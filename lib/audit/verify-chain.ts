import pg from 'pg'

/** A row of the log with its hash in hexadecimal; kept somewhere else, it proves later that nothing up to it was replaced. */
type AuditAnchor = { id: string; hash: string }

type ChainReport = {
  rowCount: number
  newest: AuditAnchor | null
  /** The first row that is not as it was written, with what is wrong as a sentence; null when the chain is whole. */
  broken: { id: string; what: string } | null
}

type Flaw = { id: string; before: string | null; changed: boolean }

/**
 * Computes the hash of every row of the audit log again and names the first that was changed. An end that was cut off,
 * or a chain that was written anew from some row on, shows only against an anchor that an earlier run printed.
 */
export async function verifyChain(databaseUrl: string, anchor?: AuditAnchor): Promise<ChainReport> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    // One moment of the log for all three looks.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const { rows: flaws } = await client.query<Flaw>(FIRST_FLAW)
    const { rows: ends } = await client.query<{ count: string; id: string | null; hash: string | null }>(NEWEST)
    const [end] = ends
    const newest = end?.id && end.hash ? { id: end.id, hash: end.hash } : null
    const broken = describeFlaw(flaws[0]) ?? (anchor ? await checkAnchor(client, anchor) : null)
    return { rowCount: Number(end?.count ?? 0), newest, broken }
  } finally {
    await client.end()
  }
}

const FIRST_FLAW = `
  SELECT id::text, before::text, changed FROM (
    SELECT event.id, lag(event.id) OVER chain AS before,
      event.hash IS DISTINCT FROM audit_event_digest(event, event.previous_hash) AS changed,
      event.previous_hash IS DISTINCT FROM lag(event.hash) OVER chain AS unlinked
    FROM audit_event AS event WINDOW chain AS (ORDER BY event.id)) AS checked
  WHERE changed OR unlinked ORDER BY checked.id LIMIT 1`

const NEWEST = `
  SELECT count(*)::text AS count, max(id)::text AS id,
    (SELECT encode(hash, 'hex') FROM audit_event ORDER BY id DESC LIMIT 1) AS hash
  FROM audit_event`

function describeFlaw(flaw: Flaw | undefined): ChainReport['broken'] {
  if (!flaw) return null
  const { id, before, changed } = flaw
  if (changed) return { id, what: 'This row is not what was written.' }
  const what = before
    ? `This row does not follow row ${before}: that one was rewritten, or rows between the two were removed or put in.`
    : 'This row was not the first one: rows before it were removed.'
  return { id, what }
}

async function checkAnchor(client: pg.Client, { id, hash }: AuditAnchor): Promise<ChainReport['broken']> {
  const { rows } = await client.query<{ hash: string | null }>(
    `SELECT encode(hash, 'hex') AS hash FROM audit_event WHERE id = $1::bigint`,
    [id],
  )
  const [row] = rows
  if (!row) return { id, what: 'This row was there when the anchor was printed and is gone.' }
  if (row.hash === hash.toLowerCase()) return null
  return { id, what: 'Up to this row the log was written anew since the anchor was printed.' }
}
