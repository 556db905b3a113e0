import type { CampaignFormValues } from '#components/campaigns/campaign-fields.tsx'
import type { Actor } from '#lib/auth/types.ts'
import { BUDGET_ROWS } from '#lib/campaigns/schema.ts'
import type { CampaignForDesk } from '#lib/campaigns/types.ts'
import { AppError } from '#lib/errors.ts'
import { toDecimalString } from '#lib/money/format.ts'
import { storeFile } from '#lib/storage/store-file.ts'

/** The form's fields in the shape that lib parses. */
export function readCampaignForm(formData: FormData): Record<string, unknown> {
  const budget = Array.from({ length: BUDGET_ROWS }, (_, position) => ({
    category: formData.get(`budget.${position}.category`),
    description: formData.get(`budget.${position}.description`),
    amount: formData.get(`budget.${position}.amount`),
  }))
  return { ...Object.fromEntries(formData), aidGroupIds: formData.getAll('aidGroupIds'), budget }
}

/**
 * Stores the picture that came with the form and leaves its id in the hidden field, where it stays when another field
 * was wrong. A refused picture is told at its own field.
 */
export async function keepCover(actor: Actor, formData: FormData, chapterId: string): Promise<void> {
  if (formData.get('removeCover') === 'yes') formData.set('coverFileId', '')
  const file = formData.get('coverFile')
  if (!(file instanceof File) || file.size === 0) return
  try {
    const bytes = new Uint8Array(await file.arrayBuffer())
    const fileId = await storeFile(actor, { bytes, fileName: file.name, purpose: 'cover', chapterId })
    formData.set('coverFileId', fileId)
    formData.delete('removeCover')
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'file_refused') throw error
    throw new AppError('file_refused', error.message, { fieldErrors: { coverFile: [error.message] }, cause: error })
  }
}

/** The fields of a new campaign. */
export function emptyValues(currency: string): CampaignFormValues {
  const texts = {
    title: '',
    summary: '',
    story: '',
    goal: '',
    deadline: '',
    coverAlt: '',
    alsoCurrency: '',
    alternateAidGroupId: '',
  }
  return { ...texts, currency, coverFileId: null, surplusRule: 'same_aid_group', aidGroupIds: [], budget: [] }
}

/** The fields of a campaign that exists. */
export function valuesOf(campaign: CampaignForDesk): CampaignFormValues {
  return {
    title: campaign.title,
    summary: campaign.summary,
    story: campaign.storyMarkdown,
    currency: campaign.currency,
    alsoCurrency: campaign.alsoCurrency ?? '',
    goal: toDecimalString(campaign.goalMinor, campaign.currency),
    deadline: campaign.deadline?.toISOString().slice(0, 10) ?? '',
    coverFileId: campaign.coverFileId,
    coverAlt: campaign.coverAlt ?? '',
    surplusRule: campaign.surplusRule,
    aidGroupIds: campaign.aidGroups.map(({ id }) => id),
    alternateAidGroupId: campaign.alternate?.id ?? '',
    budget: campaign.budget.map(({ category, description, amountMinor }) => {
      return { category, description, amount: toDecimalString(amountMinor, campaign.currency) }
    }),
  }
}
