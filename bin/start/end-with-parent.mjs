// A program of ours ends when the starter does, even when the starter was killed and could not say so.
if (process.connected) {
  process.on('disconnect', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.exit(1), 5_000).unref()
  })
  process.channel?.unref()
}
