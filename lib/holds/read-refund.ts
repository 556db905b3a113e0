type RefundFacts = { status: string; balanceTransactionId: string | null }

/** Whether a refund has left our books, is still on its way there, or came to nothing. */
export function refundStateOf({ status, balanceTransactionId }: RefundFacts): 'made' | 'on_its_way' | 'failed' {
  if (status === 'failed' || status === 'canceled' || status === 'refused') return 'failed'
  return balanceTransactionId === null ? 'on_its_way' : 'made'
}
