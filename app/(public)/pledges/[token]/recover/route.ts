import { redirect } from 'next/navigation'
import { findRecovery } from '#lib/donations/find-pledge.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'

/**
 * The link of the mail about a failed payment: straight to Stripe's page on which it can be paid, without an account.
 * Where nothing is open any more, or Stripe does not answer, the pledge's own page says what is true.
 */
export async function GET(_request: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const { token } = await params
  const paymentUrl = await recoveryOf(token)
  redirect(paymentUrl ?? `/pledges/${encodeURIComponent(token)}`)
}

async function recoveryOf(token: string): Promise<string | null> {
  try {
    return await findRecovery(token)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code !== 'not_found') logger().warn({ err: error }, 'a recovery link could not ask Stripe')
    return null
  }
}
