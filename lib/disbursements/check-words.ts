import { type DbClient, db } from '#lib/db/client.ts'
import { filledRows, requireCivilian } from '#lib/purposes/check-purpose.ts'
import { askReview } from '#lib/purposes/require-review.ts'
import { requireAliases } from '#lib/vetting/check-names.ts'
import type { NewLine } from './schema.ts'
import type { Gate } from './types.ts'

type Said = { purpose: string; lines: readonly NewLine[] }

/**
 * Refuses a request that names what is never paid for, or an aid group that goes by an alias, with a message at the field
 * of each such word. `typed` is the
 * form as it came: its empty rows are no lines, and a message belongs to its row.
 */
export async function checkWords(tx: DbClient, typed: unknown, { purpose, lines }: Said): Promise<void> {
  const rows = filledRows((typed as { lines?: unknown }).lines)
  const said = lines.map(({ description: text, position }) => {
    return { field: `lines.${rows[position - 1] ?? position - 1}.description`, text }
  })
  const texts = [{ field: 'purpose', text: purpose }, ...said]
  await requireCivilian(tx, texts)
  await requireAliases(tx, texts)
}

type Waiting = { id: string; status: string; sendingAt: Date | null }

/** What the list of words says now to a request, or to an approved payment that nobody has begun to send. */
export async function wordGates({ id, status, sendingAt }: Waiting): Promise<Gate[]> {
  const isApproved = status === 'approved' && sendingAt === null
  if (status !== 'requested' && !isApproved) return []
  const refused = await askReview(db(), id)
  const label = 'What it pays for is civilian'
  const anew = isApproved
    ? ' The list has grown since the approval: the request has to be changed and approved anew.'
    : ''
  return [{ key: 'purpose', label, open: refused === null, reason: refused ? `${refused.message}${anew}` : '' }]
}
