import { AppError } from '#lib/errors.ts'

/** The currencies a cap can be set in here: the chapter's own first, then those payments are made in most. */
export function capCurrencies(chapterCurrency: string): string[] {
  return [...new Set([chapterCurrency, 'USD', 'EUR', 'UAH'])]
}

/**
 * What the form of the second approval sends, in the shape that lib takes: `cap.EUR` becomes one of `caps`, empty ones are
 * left out. `atFields` puts what lib says about a cap back to the field it came from.
 */
export function readApproval(formData: FormData) {
  const fields = Object.fromEntries(formData)
  const caps = Object.entries(fields)
    .filter(([name, amount]) => name.startsWith('cap.') && typeof amount === 'string' && amount.trim() !== '')
    .map(([name, amount]) => ({ currency: name.slice('cap.'.length), amount: String(amount) }))
  const atFields = (error: unknown): never => {
    if (!(error instanceof AppError)) throw error
    const renamed = Object.entries(error.fieldErrors).map(([name, messages]) => {
      const row = /^caps\.(\d+)/.exec(name)?.[1]
      const currency = row === undefined ? undefined : caps[Number(row)]?.currency
      return [currency === undefined ? name : `cap.${currency}`, messages]
    })
    throw new AppError(error.code, error.message, { fieldErrors: Object.fromEntries(renamed) })
  }
  return { input: { ...fields, conditions: fields['conditions'], caps }, atFields }
}
