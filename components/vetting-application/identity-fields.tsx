import { CheckboxField } from '#components/ui/checkbox-field.tsx'
import { DateField } from '#components/ui/date-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { Say } from './say.ts'

export type SelectOptions = { value: string; label: string }[]
export type FieldsProps = { say: Say; countries: SelectOptions; rows: Record<string, number> }

/** Who the group is and whom we talk to. */
export function IdentityFields({ say, countries }: FieldsProps) {
  return (
    <>
      <TextField name="legalName" label={say('identity.legalName')} hint={say('identity.legalNameHint')} />
      <TextField
        name="legalNameLatin"
        label={say('identity.legalNameLatin')}
        hint={say('identity.legalNameLatinHint')}
      />
      <TextareaField
        name="otherNames"
        label={say('identity.otherNames')}
        hint={say('identity.otherNamesHint')}
        rows={3}
        optional
      />
      <TextareaField name="summary" label={say('identity.summary')} hint={say('identity.summaryHint')} rows={4} />
      <SelectField
        name="country"
        label={say('identity.country')}
        options={countries}
        placeholder={say('form.choose')}
      />
      <TextField name="region" label={say('identity.region')} />
      <TextareaField name="address" label={say('identity.address')} hint={say('identity.addressHint')} rows={2} />
      <DateField name="foundedOn" label={say('identity.foundedOn')} hint={say('identity.foundedOnHint')} optional />
      <TextField
        name="website"
        label={say('identity.website')}
        hint={say('identity.websiteHint')}
        type="url"
        inputMode="url"
        spellCheck={false}
        optional
      />
      <TextField name="contactName" label={say('identity.contactName')} autoComplete="name" />
      <TextField
        name="contactEmail"
        label={say('identity.contactEmail')}
        type="email"
        inputMode="email"
        autoComplete="email"
        spellCheck={false}
      />
      <TextField
        name="contactPhone"
        label={say('identity.contactPhone')}
        hint={say('identity.contactPhoneHint')}
        type="tel"
        autoComplete="tel"
        width="short"
        optional
      />
    </>
  )
}

/** Where it is registered. */
export function RegistrationFields({ say, countries }: FieldsProps) {
  return (
    <>
      <TextField
        name="number"
        label={say('registration.number')}
        hint={say('registration.numberHint')}
        width="short"
        spellCheck={false}
      />
      <TextField name="register" label={say('registration.register')} hint={say('registration.registerHint')} />
      <SelectField
        name="country"
        label={say('registration.country')}
        options={countries}
        placeholder={say('form.choose')}
      />
      <DateField
        name="registeredOn"
        label={say('registration.registeredOn')}
        hint={say('registration.registeredOnHint')}
        optional
      />
    </>
  )
}

/** By which paper it is run, and what happens to its property in the end. */
export function GovernanceFields({ say }: FieldsProps) {
  return (
    <>
      <DateField
        name="governingDocumentDated"
        label={say('governance.governingDocumentDated')}
        hint={say('governance.governingDocumentDatedHint')}
      />
      <RadioGroupField
        name="hasDissolutionClause"
        label={say('governance.hasDissolutionClause')}
        hint={say('governance.hasDissolutionClauseHint')}
        options={yesOrNo(say)}
      />
      <TextareaField
        name="dissolutionClauseText"
        label={say('governance.dissolutionClauseText')}
        hint={say('governance.dissolutionClauseTextHint')}
        rows={4}
      />
      <CheckboxField
        name="hasNoOwners"
        value="yes"
        label={say('governance.hasNoOwners')}
        hint={say('governance.hasNoOwnersHint')}
      />
    </>
  )
}

export function yesOrNo(say: Say): { value: string; label: string }[] {
  return [
    { value: 'yes', label: say('form.yes') },
    { value: 'no', label: say('form.no') },
  ]
}
