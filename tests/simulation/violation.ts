/** A promise that was broken. Whoever finds it throws it. */
export class Violation extends Error {
  override readonly name = 'Violation'

  /** `promise` is the rule as a sentence, `fact` what is there instead. */
  constructor(
    readonly promise: string,
    readonly fact: string,
  ) {
    super(`${promise} ${fact}`)
  }
}

/** Throws for the first of the facts, which are all violations of the one promise. */
export function promiseThat(promise: string, broken: readonly string[]): void {
  if (broken.length === 0) return
  const others = broken.length > 3 ? ` … and ${broken.length - 3} more` : ''
  throw new Violation(promise, `${broken.slice(0, 3).join('; ')}${others}`)
}
