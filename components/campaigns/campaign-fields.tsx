import { DateField } from '#components/ui/date-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { SurplusRule } from '#lib/campaigns/types.ts'
import type { AidGroupChoice } from '#lib/vetting/types.ts'
import { AidGroupField } from './aid-group-field.tsx'
import { BudgetFields, type BudgetRow } from './budget-fields.tsx'
import { CoverField } from './cover-field.tsx'
import { SURPLUS_RULE_EXPLANATION, SURPLUS_RULE_LABEL } from './surplus-rule.ts'

/** The fields as text, the way a person would type them. */
export type CampaignFormValues = {
  title: string
  summary: string
  story: string
  currency: string
  alsoCurrency: string
  goal: string
  deadline: string
  coverFileId: string | null
  coverAlt: string
  surplusRule: string
  aidGroupIds: readonly string[]
  alternateAidGroupId: string
  budget: readonly BudgetRow[]
}

export type CampaignFieldsProps = {
  values: CampaignFormValues
  choices: readonly AidGroupChoice[]
  currencies: readonly string[]
  budgetRows: number
  /** The first day that can be the last one for gifts: 2026-11-24. */
  deadlineMin: string
}

const RULES: SurplusRule[] = ['same_aid_group', 'chapter_general_fund', 'next_campaign']

/** Everything an organizer says about a campaign; goes into an ActionForm. */
export function CampaignFields({ values, choices, currencies, budgetRows, deadlineMin }: CampaignFieldsProps) {
  return (
    <>
      <TextField
        name="title"
        label="Title"
        hint="What the money does, and for whom: “Warm meals for Kharkiv”."
        defaultValue={values.title}
      />
      <TextField
        name="summary"
        label="Summary"
        hint="One or two sentences, for lists and link previews."
        defaultValue={values.summary}
      />
      <TextareaField
        name="story"
        label="Story"
        hint="Who needs what and why, in your own words. **Bold**, - lists, # headings and links work (Markdown)."
        rows={12}
        defaultValue={values.story}
      />
      <div className="grid gap-6 sm:grid-cols-2">
        <SelectField
          name="currency"
          label="Currency"
          hint="All amounts of this campaign are in it."
          options={currencies.map((code) => ({ value: code, label: code }))}
          defaultValue={values.currency}
        />
        <TextField
          name="goal"
          label="Goal"
          hint="Like 12500 or 12500.00."
          inputMode="decimal"
          autoComplete="off"
          width="short"
          defaultValue={values.goal}
        />
      </div>
      <SelectField
        name="alsoCurrency"
        label="Also takes gifts in"
        hint="Only where many givers have that currency. Where our Stripe account does not hold it, Stripe changes it for a fee; both amounts and the rate are kept. Where it does, it stays in a purse of its own."
        optional
        placeholder="No other currency"
        options={currencies.map((code) => ({ value: code, label: code }))}
        defaultValue={values.alsoCurrency}
      />
      <BudgetFields rows={values.budget} total={budgetRows} />
      <AidGroupField choices={choices} chosen={values.aidGroupIds} />
      <SelectField
        name="alternateAidGroupId"
        label="If its vetting fails"
        hint="Who gets what is not spent if every aid group above fails its vetting. Donors read it before they give and may have their part back instead. It cannot be changed once the campaign is reviewed."
        optional
        placeholder="No other group: it goes back to those who gave"
        options={choices
          .filter(({ unavailable }) => unavailable === null)
          .map(({ id, name }) => ({ value: id, label: name }))}
        defaultValue={values.alternateAidGroupId}
      />
      <DateField
        name="deadline"
        label="Last day for gifts"
        hint="Leave empty to run until it is closed."
        optional
        min={deadlineMin}
        defaultValue={values.deadline}
      />
      <CoverField fileId={values.coverFileId} alt={values.coverAlt} />
      <RadioGroupField
        name="surplusRule"
        label="When more comes than is needed"
        hint="Donors read this before they give. It cannot be changed once the campaign is reviewed."
        options={RULES.map((rule) => ({
          value: rule,
          label: SURPLUS_RULE_LABEL[rule],
          hint: SURPLUS_RULE_EXPLANATION[rule],
        }))}
        defaultValue={values.surplusRule}
      />
    </>
  )
}
