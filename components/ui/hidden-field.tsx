/** A value the form carries along. It is not a secret and not trusted: the server checks it like any other. */
export function HiddenField({ name, value }: { name: string; value: string }) {
  return <input type="hidden" name={name} value={value} />
}
