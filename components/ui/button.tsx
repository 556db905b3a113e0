import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

/** `primary`: the one next action of a page. `secondary`: everything else. `quiet`: looks like a link. */
export type ButtonVariant = 'primary' | 'secondary' | 'quiet'
export type ButtonSize = 'medium' | 'small' | 'large'

const VARIANT: Record<ButtonVariant, string> = {
  primary: 'border-green bg-green text-on-green hover:bg-green-deep hover:border-green-deep hover:text-on-green',
  secondary: 'border-edge bg-sheet text-ink hover:bg-sunk hover:text-ink',
  quiet: 'border-transparent bg-transparent text-green underline underline-offset-4 hover:bg-sunk',
}

const SIZE: Record<ButtonSize, string> = {
  small: 'min-h-8 px-3 py-1 text-sm',
  medium: 'min-h-11 px-5 py-2 text-base',
  large: 'min-h-14 px-8 py-3 text-lg',
}

/** The classes of a button, for an element that is not one (see LinkButton). */
export function buttonClass(variant: ButtonVariant = 'primary', size: ButtonSize = 'medium', className?: string) {
  return classNames(
    'inline-flex items-center justify-center gap-2 rounded-md border-2 text-center font-semibold leading-tight cursor-pointer',
    'disabled:cursor-not-allowed disabled:border-rule disabled:bg-sunk disabled:text-ink-soft',
    variant !== 'quiet' && 'no-underline',
    VARIANT[variant],
    SIZE[size],
    className,
  )
}

export type ButtonProps = ComponentProps<'button'> & { variant?: ButtonVariant; size?: ButtonSize }

/** A native button; `type` is "button" unless it says otherwise. In an ActionForm use SubmitButton. */
export function Button({ variant, size, className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={buttonClass(variant, size, className)} {...rest} />
}
