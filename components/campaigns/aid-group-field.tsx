'use client'

import { FieldGroup } from '#components/ui/field-frame.tsx'
import { useField } from '#components/ui/form-context.tsx'
import type { AidGroupChoice } from '#lib/vetting/types.ts'

export type AidGroupFieldProps = { choices: readonly AidGroupChoice[]; chosen: readonly string[] }

/** Which aid groups the money is for. Those that cannot be chosen stand below with the reason. */
export function AidGroupField({ choices, chosen }: AidGroupFieldProps) {
  const field = useField('aidGroupIds', true)
  const ticked = field.typed ?? chosen
  return (
    <div id={field.id}>
      <FieldGroup
        label="Aid groups"
        hint="Who receives the money. Only groups whose vetting is approved can be chosen."
        field={field}
      >
        {choices.length === 0 ? <p>No aid group is known yet. Nominate one at the vetting desk first.</p> : null}
        {choices.map(({ id, name, summary, unavailable }) => (
          <label key={id} htmlFor={`${field.id}-${id}`} className="flex min-h-11 items-start gap-3 py-2">
            <input
              type="checkbox"
              id={`${field.id}-${id}`}
              name="aidGroupIds"
              value={id}
              defaultChecked={unavailable === null && ticked.includes(id)}
              disabled={unavailable !== null}
              className="choice-input"
            />
            <span className={unavailable ? 'text-ink-soft' : undefined}>
              {name}
              <span className="block text-sm text-ink-soft">{unavailable ?? summary}</span>
            </span>
          </label>
        ))}
      </FieldGroup>
    </div>
  )
}
