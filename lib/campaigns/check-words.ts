import { type DbClient, db } from '#lib/db/client.ts'
import { checkPurpose, filledRows, requireCivilian, type TypedText } from '#lib/purposes/check-purpose.ts'
import { explainRefusal } from '#lib/purposes/explain-refusal.ts'
import { recordGateRefusal } from '#lib/purposes/record-refusal.ts'
import type { Finding } from '#lib/purposes/types.ts'
import { requireAliases } from '#lib/vetting/check-names.ts'

type Said = {
  title: string
  summary: string
  story: string
  coverAlt?: string | null
  budget: readonly { description: string }[]
}

/**
 * Refuses a campaign that names what is never paid for, or an aid group that goes by an alias, with a message at the field
 * of each such word. `typed` is the
 * form as it came: its empty budget rows are no lines, and a message belongs to its row.
 */
export async function checkWords(client: DbClient, said: Said, typed?: unknown): Promise<void> {
  const texts = textsOf(said, filledRows((typed as { budget?: unknown } | undefined)?.budget))
  await requireCivilian(client, texts)
  await requireAliases(client, [...texts, { field: 'coverAlt', text: said.coverAlt ?? '' }])
}

/**
 * Runs a write and counts its refusal, if its words were refused, once it is over. `about` is the campaign, or the
 * chapter of one that does not exist yet: the same words on the same day are the same refusal.
 */
export async function countRefusals<T>(about: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const refused = explainRefusal(error)
    if (!refused) throw error
    const subject = `${about} ${JSON.stringify(refused.fieldErrors)}`
    await recordGateRefusal({ gate: refused.gate, stage: 'campaign', subject })
    throw refused
  }
}

/** The words that whoever reviews the campaign should look at, each once. */
export async function listDualUse(said: Said): Promise<Finding[]> {
  const texts = textsOf(said, []).map(({ text }) => text)
  const { dualUse } = await checkPurpose(db(), texts)
  return [...new Map(dualUse.map((finding) => [finding.found.toLowerCase(), finding])).values()]
}

function textsOf({ title, summary, story, budget }: Said, rows: readonly number[]): TypedText[] {
  return [
    { field: 'title', text: title },
    { field: 'summary', text: summary },
    { field: 'story', text: story },
    ...budget.map(({ description: text }, line) => ({ field: `budget.${rows[line] ?? line}.description`, text })),
  ]
}
