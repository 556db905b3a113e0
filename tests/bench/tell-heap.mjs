// Loaded into the programs under load, which run with --expose-gc: told to, collects all garbage and answers what is left.
process.on('message', (message) => {
  if (message !== 'heap') return
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  process.send?.({ heapUsed, external, rss })
})
// Only asked now and then; being asked must not keep a program alive.
process.channel?.unref()
