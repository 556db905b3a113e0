'use client'

import { type FormEvent, type ReactNode, useActionState, useEffect, useId, useMemo, useRef } from 'react'
import { FormContext, fieldId } from './form-context.tsx'
import { englishForm, type FormAction, type FormState, type FormWords, idleForm } from './form-state.ts'
import { SubmitButton } from './submit-button.tsx'

export type ActionFormProps = {
  /** A server action itself, or one with `.bind`: a function around it would not work without JavaScript. */
  action: FormAction
  /** The words of the button: a verb and what it does, "Send for review". Leave out to place SubmitButtons yourself. */
  submitLabel?: string
  submitVariant?: 'primary' | 'secondary'
  submitSize?: 'medium' | 'small' | 'large'
  /** Stands beside the button: a link back, a second SubmitButton. */
  beside?: ReactNode
  children?: ReactNode
  className?: string
  /** Names the form for screen readers where a page has several. */
  label?: string
  /** What the fields hold and which messages stand at them when the page opens: what was saved before. */
  initial?: FormState
  /** What the form says by itself, where the page is not in English. */
  words?: FormWords
}

/**
 * The one way of forms: fields inside it show their messages and keep what was typed; an error summary takes the
 * focus, as on GOV.UK. Works without JavaScript, then as an ordinary post of the page.
 */
export function ActionForm(props: ActionFormProps) {
  const { action, submitLabel, submitVariant, submitSize, beside, children, className, label } = props
  const { initial = idleForm, words = englishForm } = props
  const [state, submit, pending] = useActionState(action, initial)
  const idPrefix = useId()
  const scope = useMemo(() => ({ state, pending, idPrefix, words }), [state, pending, idPrefix, words])
  const hold = (event: FormEvent) => {
    if (pending) event.preventDefault()
  }
  return (
    <FormContext value={scope}>
      <form
        action={submit}
        onSubmit={hold}
        noValidate
        aria-label={label}
        className={className ?? 'flex max-w-form flex-col gap-6'}
      >
        <Outcome state={state} idPrefix={idPrefix} words={words} />
        {children}
        {submitLabel === undefined && beside === undefined ? null : (
          <div className="flex flex-wrap items-center gap-4">
            {submitLabel === undefined ? null : (
              <SubmitButton variant={submitVariant ?? 'primary'} size={submitSize ?? 'medium'}>
                {submitLabel}
              </SubmitButton>
            )}
            {beside}
          </div>
        )}
      </form>
    </FormContext>
  )
}

function Outcome({ state, idPrefix, words }: { state: FormState; idPrefix: string; words: FormWords }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (state.status === 'error' || (state.status === 'done' && state.message)) box.current?.focus()
  }, [state])
  if (state.status === 'done' && state.message) {
    return (
      <div
        ref={box}
        tabIndex={-1}
        role="status"
        className="wrap-anywhere border-l-6 border-green bg-green-wash px-4 py-3"
      >
        {state.message}
      </div>
    )
  }
  // What was saved with something missing is told when its page opens, without taking the focus from anybody.
  const isOpening = state.status === 'idle' && state.message !== undefined
  if (state.status !== 'error' && !isOpening) return null
  if (isOpening) {
    return (
      <div className="border-l-6 border-marigold bg-marigold-wash px-4 py-3">
        <p className="font-semibold">{state.message}</p>
        <Problems state={state} idPrefix={idPrefix} />
      </div>
    )
  }
  return (
    <div ref={box} tabIndex={-1} role="alert" className="border-4 border-brick bg-sheet px-4 py-3">
      <p className="font-serif text-lg font-semibold">{state.message ?? words.problem}</p>
      <Problems state={state} idPrefix={idPrefix} />
    </div>
  )
}

/** Every message with the name of its field, where one is known, as a link to it. */
function Problems({ state, idPrefix }: { state: FormState; idPrefix: string }) {
  const problems = Object.entries(state.fieldErrors).flatMap(([name, messages]) =>
    messages.slice(0, 1).map((message) => ({ name, message, label: state.fieldNames?.[name] })),
  )
  if (problems.length === 0) return null
  return (
    <ul className="mt-2 flex flex-col gap-1 font-semibold text-brick">
      {problems.map(({ name, message, label }) => (
        <li key={name}>
          {name === '' ? (
            message
          ) : (
            <a href={`#${fieldId(idPrefix, name)}`} className="text-brick">
              {label ? `${label}${/[?!.]$/.test(label) ? '' : ':'} ${message}` : message}
            </a>
          )}
        </li>
      ))}
    </ul>
  )
}
