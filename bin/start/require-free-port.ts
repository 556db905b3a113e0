import { createServer } from 'node:net'

/** Fails with one clear line when something else listens where the app shall. */
export function requireFreePort(port: number, host: string): Promise<void> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      fail(
        new Error(
          taken ? `PORT: something else already listens on ${host}:${port}. Set PORT to another one.` : error.message,
        ),
      )
    })
    probe.listen(port, host, () => probe.close(() => done()))
  })
}
