import { hashTrace } from '#lib/auth/read-sender.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import type { DefenceMode, TryCounts } from './check-limits.ts'

const DAYS_KEPT = 30

/** Who tries, as the limits know them: keyed hashes. */
export type Trace = { senderKey: string | null; emailKey: string; campaignId: string }

export function traceOf(giver: { sender: string | null; email: string; campaignId: string }): Trace {
  const { sender, email, campaignId } = giver
  return {
    senderKey: sender === null ? null : hashTrace('sender', sender),
    emailKey: hashTrace('email', email),
    campaignId,
  }
}

export type Counted = {
  counts: TryCounts
  isDonor: boolean
  defence: { mode: DefenceMode; isTripped: boolean }
}

/** Everything the verdict about a giver needs, in one statement. */
export async function countTries({ senderKey, emailKey, campaignId }: Trace, email: string): Promise<Counted> {
  const at = now()
  const hourAgo = new Date(at.getTime() - 3_600_000)
  const lately = new Date(at.getTime() - 600_000)
  const [row] = await db().$queryRaw<
    (Record<keyof TryCounts, bigint> & { isDonor: boolean; mode: DefenceMode; isTripped: boolean })[]
  >`
    SELECT
      (SELECT count(*) FROM card_try WHERE sender_key = ${senderKey} AND kind = 'begun' AND at > ${hourAgo}) AS "begunBySenderHour",
      (SELECT count(*) FROM card_try WHERE email_key = ${emailKey} AND kind = 'begun' AND at > ${hourAgo}) AS "begunByEmailHour",
      (SELECT count(*) FROM card_try WHERE sender_key = ${senderKey} AND kind = 'declined' AND at > ${hourAgo}) AS "declinedBySenderHour",
      (SELECT count(*) FROM card_try WHERE email_key = ${emailKey} AND kind = 'declined' AND at > ${hourAgo}) AS "declinedByEmailHour",
      (SELECT count(*) FROM card_try WHERE campaign_id = ${campaignId}::uuid AND kind = 'begun' AND at > ${lately}) AS "begunByCampaign",
      (SELECT count(*) FROM card_try WHERE campaign_id = ${campaignId}::uuid AND kind = 'declined' AND at > ${lately}) AS "declinedByCampaign",
      (SELECT count(*) FROM card_try WHERE kind = 'begun' AND at > ${lately}) AS "begunByAll",
      (SELECT count(*) FROM card_try WHERE kind = 'declined' AND at > ${lately}) AS "declinedByAll",
      EXISTS (SELECT FROM donation d JOIN donor o ON o.id = d.donor_id WHERE o.email = ${email} AND d.status = 'settled') AS "isDonor",
      mode, coalesce(tripped_until > ${at}, false) AS "isTripped"
    FROM giving_defence`
  if (!row) throw new Error('the row of the defence is missing')
  const { isDonor, mode, isTripped, ...counted } = row
  const counts = Object.fromEntries(Object.entries(counted).map(([name, count]) => [name, Number(count)])) as TryCounts
  return { counts, isDonor, defence: { mode, isTripped } }
}

/** Writes down one try; what was written before (the same form, the same event) counts once. Answers whether it is new. */
export async function recordTry(
  kind: 'begun' | 'declined',
  id: string,
  trace: Trace,
  sessionId: string | null = null,
): Promise<boolean> {
  const { senderKey, emailKey, campaignId } = trace
  const written = await db().$executeRaw`
    INSERT INTO card_try (id, kind, sender_key, email_key, campaign_id, session_id, at)
    VALUES (${id}, ${kind}, ${senderKey}, ${emailKey}, ${campaignId}::uuid, ${sessionId}, ${now()})
    ON CONFLICT (id) DO NOTHING`
  return written === 1
}

/** Forgets tries after thirty days: they are about people who may have given. Answers how many. */
export function forgetTries(): Promise<number> {
  return db().$executeRaw`
    DELETE FROM card_try WHERE id IN (
      SELECT id FROM card_try WHERE at < ${now()}::timestamptz - make_interval(days => ${DAYS_KEPT}::int) LIMIT 10000)`
}
