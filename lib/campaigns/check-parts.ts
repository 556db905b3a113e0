import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { listChoices } from '#lib/vetting/queries.ts'
import type { CampaignInput } from './schema.ts'

/** Checks what a form names by id: each aid group may get money now, and the picture is one of this chapter. */
export async function checkParts(chapterId: string, input: CampaignInput): Promise<void> {
  const fieldErrors: Record<string, string[]> = {}
  const choices = new Map((await listChoices(chapterId)).map((choice) => [choice.id, choice]))
  for (const id of input.aidGroupIds) {
    const choice = choices.get(id)
    if (!choice) fieldErrors['aidGroupIds'] = ['Choose from the list.']
    else if (choice.unavailable) fieldErrors['aidGroupIds'] = [`${choice.name} cannot be chosen: ${choice.unavailable}`]
  }
  const { alternateAidGroupId } = input
  const alternate = alternateAidGroupId === null ? null : choices.get(alternateAidGroupId)
  if (alternate === undefined) fieldErrors['alternateAidGroupId'] = ['Choose from the list.']
  else if (alternate?.unavailable)
    fieldErrors['alternateAidGroupId'] = [`${alternate.name} cannot be chosen: ${alternate.unavailable}`]
  if (input.coverFileId) {
    const file = await db().storedFile.findUnique({ where: { id: input.coverFileId } })
    if (file?.chapterId !== chapterId || !file.mediaType.startsWith('image/')) {
      fieldErrors['coverFile'] = ['Choose a picture: JPEG, PNG or WebP.']
    }
  }
  if (Object.keys(fieldErrors).length > 0) {
    throw new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors })
  }
}

/** A form's fields as the table's columns. */
export function columnsOf(input: CampaignInput) {
  return {
    title: input.title,
    summary: input.summary,
    storyMarkdown: input.story,
    goalMinor: input.goal,
    alsoCurrency: input.alsoCurrency,
    deadline: input.deadline,
    coverFileId: input.coverFileId,
    coverAlt: input.coverFileId ? input.coverAlt : null,
    surplusRule: input.surplusRule,
    alternateAidGroupId: input.alternateAidGroupId,
  }
}

/** A form's budget rows as the table's. */
export function budgetOf(campaignId: string, input: CampaignInput) {
  return input.budget.map(({ category, description, amount }, position) => {
    return { campaignId, category, description, amountMinor: amount, position }
  })
}
