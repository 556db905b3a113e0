import anyAscii from 'any-ascii'

/** Ukraine's rule for names in passports: Cabinet of Ministers, resolution 55 of 27 January 2010. */
const KMU_2010 = new Map(
  `а-a б-b в-v г-h ґ-g д-d е-e є-ie ж-zh з-z и-y і-i ї-i й-i к-k л-l м-m н-n о-o п-p р-r с-s т-t у-u ф-f х-kh ц-ts ч-ch ш-sh
   щ-shch ь- ю-iu я-ia '- ’- ʼ-`
    .split(/\s+/)
    .map((pair) => [pair[0] ?? '', pair.slice(2)] as const),
)
/** These five are written otherwise where a word begins. */
const INITIAL = new Map([
  ['є', 'ye'],
  ['ї', 'yi'],
  ['й', 'y'],
  ['ю', 'yu'],
  ['я', 'ya'],
])

/**
 * How a name is written in Latin letters, as a proposal that its bearer corrects: Ukrainian as in passports, other scripts
 * letter by letter. Latin text comes back as it is.
 */
export function transliteratePerson(name: string): string {
  const words = name.normalize('NFC').split(/(\s+|-)/)
  return anyAscii(words.map(transliterateWord).join('')).trim()
}

function transliterateWord(word: string): string {
  const isLoud = word.length > 1 && word === word.toUpperCase()
  const letters = Array.from(word)
  return letters
    .map((letter, place) => {
      const small = letter.toLowerCase()
      // зг is zgh, so that it is not read as ж.
      const isZgh = small === 'г' && letters[place - 1]?.toLowerCase() === 'з'
      const latin = isZgh ? 'gh' : ((place === 0 ? INITIAL.get(small) : undefined) ?? KMU_2010.get(small))
      if (latin === undefined || small === letter) return latin ?? letter
      return isLoud ? latin.toUpperCase() : latin.charAt(0).toUpperCase() + latin.slice(1)
    })
    .join('')
}
