import type { ComponentProps } from 'react'
import { type ButtonSize, type ButtonVariant, buttonClass } from './button.tsx'

export type LinkButtonProps = ComponentProps<'a'> & { href: string; variant?: ButtonVariant; size?: ButtonSize }

/** A link that starts something and looks like a button. */
export function LinkButton({ variant, size, className, ...rest }: LinkButtonProps) {
  return <a className={buttonClass(variant, size, className)} {...rest} />
}
