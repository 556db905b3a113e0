'use client'

import { createContext, useContext } from 'react'
import { englishForm, type FormState, type FormWords, idleForm } from './form-state.ts'

export type FormScope = { state: FormState; pending: boolean; idPrefix: string; words?: FormWords }

/** Fields read it; outside an ActionForm they get the idle state, so that they work in a plain form too. */
export const FormContext = createContext<FormScope>({
  state: idleForm,
  pending: false,
  idPrefix: 'field',
})

export type FieldScope = {
  id: string
  /** The first message for this field, if it has one. */
  error: string | undefined
  /** What was typed in the attempt that failed; undefined when nothing was sent yet. */
  typed: string[] | undefined
  describedBy: string | undefined
  pending: boolean
  words?: FormWords
}

/** What a field needs to know of the form around it. */
export function useField(name: string, hint: boolean): FieldScope {
  const { state, pending, idPrefix, words = englishForm } = useContext(FormContext)
  const id = fieldId(idPrefix, name)
  const error = state.fieldErrors[name]?.[0]
  const value = state.values[name]
  const nothing = state.status === 'error' ? [] : undefined
  const typed = value === undefined ? nothing : Array.isArray(value) ? value : [value]
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  return { id, error, typed, describedBy, pending, words }
}

export function fieldId(idPrefix: string, name: string): string {
  return `${idPrefix}-${name}`
}
