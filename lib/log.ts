import { type Logger, pino } from 'pino'

let made: Logger | undefined

/** The log of this process: JSON lines on standard error, without secrets and without personal data. */
export function logger(): Logger {
  made ??= pino(
    {
      level: process.env['LOG_LEVEL'] ?? 'info',
      base: { program: process.env['PROGRAM'] ?? 'app' },
      redact: {
        paths: ['*.email', '*.recipient', '*.token', '*.password', '*.authorization', '*.cookie'],
        censor: '[redacted]',
      },
      // An error's message may quote a query's values; its stack's first line repeats it, so both stay out of `info` lines.
      serializers: { err: pino.stdSerializers.err },
    },
    pino.destination({ fd: 2, sync: false }),
  )
  return made
}
