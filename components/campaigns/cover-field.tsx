'use client'

import { type ChangeEvent, useContext, useState } from 'react'
import { CheckboxField } from '#components/ui/checkbox-field.tsx'
import { FieldFrame } from '#components/ui/field-frame.tsx'
import { FormContext, useField } from '#components/ui/form-context.tsx'
import { TextField } from '#components/ui/text-field.tsx'

const BYTES_MAX = 10 * 1024 * 1024

/**
 * A picture and its words. Browsers do not refill a file input after an error, so a picture that arrived is kept by its
 * id and shown, whatever else was wrong.
 */
export function CoverField({ fileId, alt }: { fileId: string | null; alt: string }) {
  const { state } = useContext(FormContext)
  const field = useField('coverFile', true)
  const byId = useField('coverFileId', false)
  const [tooLarge, setTooLarge] = useState(false)
  const kept = state.status === 'error' ? (byId.typed?.[0] ?? '') : (fileId ?? '')
  const error = tooLarge ? 'This file is larger than 10 MB. Choose a smaller one.' : (field.error ?? byId.error)
  const check = (event: ChangeEvent<HTMLInputElement>) => {
    const large = (event.target.files?.[0]?.size ?? 0) > BYTES_MAX
    setTooLarge(large)
    if (large) event.target.value = ''
  }
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="mb-1.5 font-semibold">
        Picture <span className="font-normal text-ink-soft">(optional)</span>
      </legend>
      <input type="hidden" name="coverFileId" value={kept} />
      {kept ? (
        <div className="flex flex-wrap items-end gap-4">
          <img src={`/files/${kept}`} alt={alt} className="max-h-40 max-w-60 border border-rule" />
          <CheckboxField name="removeCover" label="Take this picture away" />
        </div>
      ) : null}
      <FieldFrame
        label={kept ? 'Another picture' : 'Choose a picture'}
        hint="JPEG, PNG or WebP, at most 10 MB. Where and when it was taken is removed. No faces without consent, no places that could be hit."
        field={{ ...field, error }}
      >
        <input
          type="file"
          id={field.id}
          name="coverFile"
          accept="image/jpeg,image/png,image/webp"
          aria-describedby={field.describedBy}
          aria-invalid={error ? true : undefined}
          onChange={check}
          className="control"
        />
      </FieldFrame>
      <TextField
        name="coverAlt"
        label="What the picture shows"
        hint="For those who cannot see it. Needed when there is a picture."
        optional
        defaultValue={alt}
        maxLength={400}
      />
    </fieldset>
  )
}
