import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { verifyWebhook } from '#lib/stripe/verify-webhook.ts'
import { receiveEvent } from '#lib/webhooks/receive-event.ts'

export const dynamic = 'force-dynamic'

const BODY_BYTES_MAX = 1_000_000

/** Stripe's side door: verify, keep, answer. Nothing is applied here, and 200 means committed. */
export async function POST(request: Request): Promise<Response> {
  const body = await readCapped(request)
  if (body === null) return Response.json({ error: 'too large' }, { status: 413, headers: { connection: 'close' } })
  try {
    await receiveEvent(verifyWebhook(body, request.headers.get('stripe-signature')))
    return Response.json({ received: true })
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_input')
      return Response.json({ error: error.message }, { status: 400 })
    logger().error({ err: error }, 'webhook event could not be kept')
    return Response.json({ error: 'try again' }, { status: 503 })
  }
}

/** The raw text, or null as soon as it is known to be too large: the rest is not read. */
async function readCapped(request: Request): Promise<string | null> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES_MAX) {
    await request.body?.cancel()
    return null
  }
  const reader = request.body?.getReader()
  if (!reader) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks).toString('utf8')
    size += value.byteLength
    if (size > BODY_BYTES_MAX) {
      await reader.cancel()
      return null
    }
    chunks.push(value)
  }
}
