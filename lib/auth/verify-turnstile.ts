import { env } from '../env.ts'
import { logger } from '../log.ts'

const PATIENCE_MS = 5_000

/** Whether Turnstile stands in for our own proof of work in this installation. */
export function usesTurnstile(): boolean {
  const { TURNSTILE_SITE_KEY, TURNSTILE_SECRET_KEY } = env()
  return TURNSTILE_SITE_KEY !== undefined && TURNSTILE_SECRET_KEY !== undefined
}

/** Asks Turnstile whether its widget gave this answer. False as well when it cannot be asked: the wait is still open. */
export async function verifyTurnstile(answer: string): Promise<boolean> {
  const { TURNSTILE_SECRET_KEY, TURNSTILE_URL } = env()
  if (TURNSTILE_SECRET_KEY === undefined || answer === '' || answer.length > 2_048) return false
  try {
    const reply = await fetch(new URL('/turnstile/v0/siteverify', TURNSTILE_URL), {
      method: 'POST',
      body: new URLSearchParams({ secret: TURNSTILE_SECRET_KEY, response: answer }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const said: unknown = await reply.json()
    return typeof said === 'object' && said !== null && 'success' in said && said.success === true
  } catch (error) {
    logger().warn({ err: error }, 'Turnstile could not be asked')
    return false
  }
}
