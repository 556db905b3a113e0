'use client'

import { useActionState, useEffect, useId, useMemo, useRef } from 'react'
import { Alert } from '#components/ui/alert.tsx'
import { FormContext } from '#components/ui/form-context.tsx'
import { idleForm } from '#components/ui/form-state.ts'
import { SelectField } from '#components/ui/select-field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { MatchReasons } from '#components/vetting/match-reasons.tsx'
import { SOURCE_WORDS } from '#components/vetting/source-words.ts'
import { languageOf } from '#components/vetting/written-in.ts'
import type { ListSource } from '#lib/screening/types.ts'
import { tryName } from './actions.ts'
import type { TriedName } from './tried-name.ts'

const KINDS = [
  { value: '', label: 'Anything' },
  { value: 'person', label: 'A person' },
  { value: 'organization', label: 'An organization' },
  { value: 'vessel', label: 'A ship' },
]

/** Looks one name up in the lists in force. Works without JavaScript as an ordinary post. */
export function TryName() {
  const [state, submit, pending] = useActionState<TriedName, FormData>(tryName, { ...idleForm, tried: null })
  const idPrefix = useId()
  const scope = useMemo(() => ({ state, pending, idPrefix }), [state, pending, idPrefix])
  return (
    <FormContext value={scope}>
      <form action={submit} noValidate aria-label="Try a name" className="flex max-w-form flex-col gap-4">
        <TextField name="name" label="Name, in any letters" autoComplete="off" maxLength={200} spellCheck={false} />
        <div className="grid gap-4 sm:grid-cols-3">
          <TextField
            name="birthDate"
            label="Born"
            hint="1964 or 1964-03-31"
            optional
            autoComplete="off"
            width="short"
          />
          <TextField name="country" label="Country" optional autoComplete="off" width="short" />
          <SelectField name="kind" label="Who it is" options={KINDS} />
        </div>
        <div>
          <SubmitButton variant="secondary" pendingLabel="Looking…">
            Look the name up
          </SubmitButton>
        </div>
      </form>
      <Tried tried={state.tried} problem={state.status === 'error' ? (state.message ?? '') : null} />
    </FormContext>
  )
}

function Tried({ tried, problem }: { tried: TriedName['tried']; problem: string | null }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (tried) box.current?.focus()
  }, [tried])
  if (problem)
    return (
      <p role="alert" className="mt-4 font-semibold text-brick">
        {problem}
      </p>
    )
  if (!tried) return null
  return (
    <div ref={box} tabIndex={-1} role="status" className="mt-4 flex flex-col gap-4">
      {tried.unsupportedScripts.length > 0 ? (
        <Alert kind="attention" title={`Not compared: letters of ${tried.unsupportedScripts.join(', ')}`}>
          We cannot read these letters. Write the name in Latin letters; nothing here means that it is clear.
        </Alert>
      ) : null}
      <p className="font-semibold">{summary(tried)}</p>
      <ul className="flex flex-col gap-4">
        {tried.matches.map((match) => (
          <li key={match.partyId} className="flex flex-col gap-3 rounded-md border border-rule bg-sheet p-4">
            <div className="flex flex-wrap items-start justify-between gap-4">
              <h3 className="wrap-anywhere">
                <bdi lang={languageOf(match.matchedName)}>{match.matchedName}</bdi>
              </h3>
              <span className="figures whitespace-nowrap font-semibold">
                {match.blocks ? 'An identifier is equal' : `Nearness ${Math.round(match.score * 100)} of 100`}
              </span>
            </div>
            <p className="text-sm text-ink-soft">
              {SOURCE_WORDS[match.source as ListSource]}, entry <span className="figures">{match.externalId}</span>
            </p>
            <MatchReasons reasons={match.reasons} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function summary({ isAnswered, matches }: NonNullable<TriedName['tried']>): string {
  if (!isAnswered) return 'No list is in force, so nobody was looked for.'
  if (matches.length === 0)
    return 'Nobody on the lists in force is like this name, from 70 of 100 on. Nothing was written down.'
  const count = matches.length === 1 ? 'One entry is' : `${matches.length} entries are`
  return `${count} like this name. Nothing was written down.`
}
