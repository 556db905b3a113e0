/** Longer text is no name: it is cut here, so that no query can cost more than its size allows. */
const NAME_LENGTH_MAX = 240

const LOOKALIKES: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b', 9: 'g' }

/**
 * One spelling of what was typed, still in its own script: compatibility forms and invisible marks resolved, lower case, `&` a word, dots
 * inside abbreviations gone (`S.A.R.L.` is `sarl`), apostrophes gone, all other punctuation a space. At most 240 characters are read.
 */
export function normalizeName(raw: string): string {
  // Cutting before normalising too keeps a text of megabytes from being normalised whole.
  const text = raw
    .slice(0, NAME_LENGTH_MAX * 4)
    .normalize('NFKC')
    .slice(0, NAME_LENGTH_MAX)
    .toLowerCase()
  return text
    .replace(/\p{Cf}/gu, '')
    .replace(/&/g, ' and ')
    .replace(/%/g, ' percent')
    .replace(/['’‘`ʼʻ´ʹ"“”„«»]/gu, '')
    .replace(
      /(?<![\p{L}\p{M}\p{N}])(?:\p{L}\.){2,}\p{L}?(?![\p{L}\p{M}\p{N}])|(?<![\p{L}\p{M}])\p{L}(?:\.\p{L}){1,}(?=[\s,]|$)/gu,
      (form) => form.replaceAll('.', ''),
    )
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
}

/** Letters for digits that stand inside a word to hide it (`ig0r`); a number, or a word with as many digits as letters, stays as it is. */
export function unmaskDigits(word: string): string {
  const digits = word.replace(/\D/g, '').length
  const isMasked = digits > 0 && digits <= 2 && word.length - digits >= 2 && /^[a-z]+\d+[a-z]+/.test(word)
  return isMasked ? word.replace(/\d/g, (digit) => LOOKALIKES[digit] ?? digit) : word
}
