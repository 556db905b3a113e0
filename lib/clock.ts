/** The one source of the present. Tests and the simulator replace it; nothing else in lib calls `new Date()`. */
let read: () => Date = () => new Date()

/** The present moment. */
export function now(): Date {
  return read()
}

/** Replaces the clock until the returned function is called. For tests and the simulator. */
export function replaceClock(replacement: () => Date): () => void {
  const previous = read
  read = replacement
  return () => {
    read = previous
  }
}
