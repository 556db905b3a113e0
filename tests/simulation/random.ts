/** A stream of numbers that is the same for the same seed on every machine. */
export type Random = {
  /** From 0 up to, not including, 1. */
  next: () => number
  /** A whole number, both ends included. */
  int: (min: number, max: number) => number
  chance: (probability: number) => boolean
  /** Throws for an empty list: ask `maybe` there. */
  pick: <T>(items: readonly T[]) => T
  maybe: <T>(items: readonly T[]) => T | undefined
  /** One of the names, each as often as its weight says. */
  weighted: <T extends string>(weights: Readonly<Record<T, number>>) => T
  shuffle: <T>(items: readonly T[]) => T[]
}

/** The generator SplitMix32. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x9e37_79b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0_aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a_2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296
  }
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  const maybe = <T>(items: readonly T[]) => items[Math.floor(next() * items.length)]
  return {
    next,
    int,
    maybe,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = maybe(items)
      if (item === undefined) throw new Error('Nothing to pick from.')
      return item
    },
    weighted: <T extends string>(weights: Readonly<Record<T, number>>) => {
      const names = Object.keys(weights) as T[]
      let left = next() * names.reduce((sum, name) => sum + weights[name], 0)
      for (const name of names) {
        left -= weights[name]
        if (left < 0) return name
      }
      throw new Error('No weights.')
    },
    shuffle: (items) => {
      const shuffled = [...items]
      for (let last = shuffled.length - 1; last > 0; last -= 1) {
        const other = int(0, last)
        const moved = shuffled[last] as (typeof shuffled)[number]
        shuffled[last] = shuffled[other] as (typeof shuffled)[number]
        shuffled[other] = moved
      }
      return shuffled
    },
  }
}
