import { readOptions } from './options.ts'
import { startSandbox } from './server.ts'

// The program: options from SANDBOX_* variables, one line of JSON when ready, a clean end on SIGTERM or when a
// parent that opened a channel is gone.
try {
  const sandbox = await startSandbox(readOptions(process.env))
  const stop = () => {
    void sandbox.close().then(() => process.exit(0))
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  if (process.send) {
    process.once('disconnect', stop)
    process.send({ ready: true, url: sandbox.url })
  }
  console.log(JSON.stringify({ ready: true, url: sandbox.url }))
} catch (error) {
  console.error(`sandbox: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
