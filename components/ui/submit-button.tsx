'use client'

import { type ReactNode, useContext } from 'react'
import { Button, type ButtonSize, type ButtonVariant } from './button.tsx'
import { FormContext } from './form-context.tsx'
import { englishForm } from './form-state.ts'

export type SubmitButtonProps = {
  children: ReactNode
  /** With `value`: which of several buttons was pressed. */
  name?: string
  value?: string
  variant?: ButtonVariant
  size?: ButtonSize
  /** Shown while the form is on its way. */
  pendingLabel?: string
  className?: string
}

/** Sends the form around it; disabled while that is on its way, so that a double click sends once. */
export function SubmitButton({ children, pendingLabel, ...rest }: SubmitButtonProps) {
  const { pending, words = englishForm } = useContext(FormContext)
  return (
    <Button type="submit" disabled={pending} {...rest}>
      {pending ? (pendingLabel ?? words.sending) : children}
    </Button>
  )
}
