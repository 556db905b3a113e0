import { db } from '#lib/db/client.ts'
import { checkPurpose, filledRows, requireCivilian, type TypedText } from '#lib/purposes/check-purpose.ts'
import { explainRefusal } from '#lib/purposes/explain-refusal.ts'
import { recordGateRefusal } from '#lib/purposes/record-refusal.ts'
import type { Finding } from '#lib/purposes/types.ts'

type Said = { title: string; summary: string; story: string; budget: readonly { description: string }[] }

/**
 * Refuses a campaign that names what is never paid for, with a message at the field of each such word, and counts the
 * refusal. `typed` is the form as it came: its empty budget rows are no lines, and a message belongs to its row.
 */
export async function checkWords(chapterId: string, said: Said, typed?: unknown): Promise<void> {
  const texts = textsOf(said, filledRows((typed as { budget?: unknown } | undefined)?.budget))
  try {
    await requireCivilian(db(), texts)
  } catch (error) {
    const refused = explainRefusal(error)
    const subject = JSON.stringify([chapterId, ...texts.map(({ text }) => text)])
    if (refused) await recordGateRefusal({ gate: refused.gate, stage: 'campaign', chapterId, subject })
    throw error
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
