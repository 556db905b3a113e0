// A program of ours ends when the starter does, even when the starter was killed and could not say so. Programs that
// fork others hand this file down; it then does nothing, because their own parent looks after them.
if (process.connected && String(process.ppid) === process.env.STARTER_PID) {
  process.on('disconnect', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.exit(1), 5_000).unref()
  })
  process.channel?.unref()
}
