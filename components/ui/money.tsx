import { formatMoney } from '#lib/money/format.ts'
import { classNames } from './class-names.ts'

export type MoneyProps = {
  /** Minor units; negative is shown with a true minus. */
  amountMinor: bigint
  /** ISO 4217, upper case. */
  currency: string
  /** Adds the code, where more than one currency is possible. */
  showCode?: boolean
  locale?: string
  className?: string
}

/** An amount of money: minor units always shown, figures of equal width. */
export function Money({ amountMinor, currency, showCode, locale, className }: MoneyProps) {
  const text = formatMoney(amountMinor, currency, {
    ...(showCode === undefined ? {} : { showCode }),
    ...(locale === undefined ? {} : { locale }),
  })
  return (
    <data value={String(amountMinor)} className={classNames('figures', className)}>
      {text}
    </data>
  )
}
