import { CheckboxField } from '#components/ui/checkbox-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { Statement } from '#lib/vetting/read-statement.ts'
import { CheckboxGroup } from './checkbox-group.tsx'
import { type FieldsProps, type SelectOptions, yesOrNo } from './identity-fields.tsx'
import type { Say } from './say.ts'
import { Rows } from './work-fields.tsx'

/** How nobody comes to harm. */
export function SafeguardingFields({ say }: FieldsProps) {
  return (
    <>
      <RadioGroupField
        name="hasPolicy"
        label={say('safeguarding.hasPolicy')}
        hint={say('safeguarding.hasPolicyHint')}
        options={yesOrNo(say)}
      />
      <TextareaField
        name="policySummary"
        label={say('safeguarding.policySummary')}
        hint={say('safeguarding.policySummaryHint')}
        rows={5}
      />
      <TextField name="contact" label={say('safeguarding.contact')} hint={say('safeguarding.contactHint')} />
    </>
  )
}

/** Private interests, or that there are none. */
export function ConflictsFields({ say, rows }: FieldsProps) {
  return (
    <>
      <RadioGroupField
        name="none"
        label={say('conflicts.none')}
        hint={say('conflicts.noneHint')}
        options={[
          { value: 'yes', label: say('conflicts.no') },
          { value: 'no', label: say('conflicts.yes') },
        ]}
      />
      <Rows
        title={say('conflicts.declarations')}
        count={rows['declarations'] ?? 1}
        name={(number) => say('conflicts.declaration', { number })}
        more={say('conflicts.more')}
      >
        {(position) => (
          <>
            <TextField name={`declarations.${position}.person`} label={say('conflicts.person')} />
            <TextareaField name={`declarations.${position}.interest`} label={say('conflicts.interest')} rows={2} />
          </>
        )}
      </Rows>
    </>
  )
}

/** The exact text, as it is signed: nothing around it is part of it. */
export function StatementText({ say, title, statement }: { say: Say; title: string; statement: Statement }) {
  return (
    <section aria-labelledby="statement" className="rounded-md border border-edge bg-sheet p-4 sm:p-6">
      <h2 id="statement" className="text-lg">
        {title}
      </h2>
      <div className="mt-3 flex flex-col gap-3">
        {statement.text.split('\n\n').map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </div>
      <p className="mt-4 text-sm break-all text-ink-soft">
        {say('end_use.version', { version: statement.version })} · sha-256 {statement.sha256}
      </p>
    </section>
  )
}

type SignatureProps = {
  say: Say
  accept: string
  signedBy: string | null
  /** Somebody of the chapter writes down what the aid group signed on paper. */
  byPaper: boolean
}

/** The tick, the typed name, the position; the day is the server's. */
export function SignatureFields({ say, accept, signedBy, byPaper }: SignatureProps) {
  return (
    <>
      <CheckboxField
        name="accepted"
        label={accept}
        hint={say(byPaper ? 'end_use.onPaperHint' : 'end_use.otherLanguage')}
      />
      <TextField
        name="signedName"
        label={say(byPaper ? 'end_use.signerName' : 'end_use.signedName')}
        {...(byPaper ? {} : { hint: say('end_use.signedNameHint'), autoComplete: 'name' })}
      />
      <TextField name="signedRole" label={say(byPaper ? 'end_use.signerRole' : 'end_use.signedRole')} />
      {signedBy ? <p className="font-semibold">{signedBy}</p> : null}
    </>
  )
}

/** Whether items are needed that soldiers use as well. */
export function DualUseFields({ say, items }: { say: Say; items: SelectOptions }) {
  return (
    <>
      <RadioGroupField
        name="hasDualUse"
        label={say('end_use.hasDualUse')}
        hint={say('end_use.hasDualUseHint')}
        options={yesOrNo(say)}
      />
      <CheckboxGroup name="dualUseItems" label={say('end_use.items')} options={items} optional columns />
      <TextareaField name="dualUseDetails" label={say('end_use.details')} rows={3} optional />
    </>
  )
}
