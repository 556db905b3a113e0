// SHA-256 of one block, for texts of up to 55 plain characters: the browser's own is asynchronous, which is slow for
// many short texts, and missing on pages without TLS.
const PRIMES = firstPrimes(64)
const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) | 0
const ROUND = Int32Array.from(PRIMES, (prime) => fraction(prime ** (1 / 3)))
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))

/**
 * Looks for a number whose hash together with `nonce` begins with `bits` zeros, from `from` on, at most `tries` of them.
 * Answers it, or null: the caller lets the page breathe and goes on.
 */
export function findProof(work: { nonce: string; bits: number }, from: number, tries: number): number | null {
  for (let number = from; number < from + tries; number += 1) {
    if (Math.clz32(firstWord(`${work.nonce}.${number}`)) >= work.bits) return number
  }
  return null
}

/** The first 32 bits of the hash. */
function firstWord(text: string): number {
  const w = new Int32Array(64)
  const at = (i: number) => w[i] ?? 0
  for (let i = 0; i <= text.length; i += 1) {
    const byte = i === text.length ? 0x80 : text.charCodeAt(i)
    w[i >> 2] = at(i >> 2) | (byte << (24 - (i % 4) * 8))
  }
  w[15] = text.length * 8
  for (let i = 16; i < 64; i += 1) {
    const [x, y] = [at(i - 15), at(i - 2)]
    const small = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)
    w[i] = at(i - 16) + small + at(i - 7) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = START
  for (let i = 0; i < 64; i += 1) {
    const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (ROUND[i] ?? 0) + at(i)
    const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  return (a + (START[0] ?? 0)) | 0
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes
}
