import { type Challenge, issueChallenge } from '#lib/auth/issue-challenge.ts'
import { requireAdmin } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { usesTurnstile } from '#lib/auth/verify-turnstile.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { env } from '#lib/env.ts'
import { type DefenceMode, isCampaignPressed } from './check-limits.ts'

/** What a giving page asks of the browser; null nearly always. */
export type GivingChallenge =
  | { kind: 'work'; work: Challenge }
  | { kind: 'turnstile'; siteKey: string; scriptUrl: string }

/** Whether the givers of a campaign have to prove themselves at this moment, and how. */
export async function challengeFor(campaignId: string): Promise<GivingChallenge | null> {
  const at = now()
  const lately = new Date(at.getTime() - 600_000)
  const [row] = await db().$queryRaw<{ mode: DefenceMode; isTripped: boolean; begun: bigint; declined: bigint }[]>`
    SELECT mode, coalesce(tripped_until > ${at}, false) AS "isTripped",
      (SELECT count(*) FROM card_try WHERE campaign_id = ${campaignId}::uuid AND kind = 'begun' AND at > ${lately}) AS begun,
      (SELECT count(*) FROM card_try WHERE campaign_id = ${campaignId}::uuid AND kind = 'declined' AND at > ${lately}) AS declined
    FROM giving_defence`
  if (!row || row.mode === 'off') return null
  const isPressed = isCampaignPressed({ begunByCampaign: Number(row.begun), declinedByCampaign: Number(row.declined) })
  if (row.mode !== 'on' && !row.isTripped && !isPressed) return null
  const { TURNSTILE_SITE_KEY: siteKey, TURNSTILE_URL } = env()
  if (usesTurnstile() && siteKey !== undefined) {
    return { kind: 'turnstile', siteKey, scriptUrl: new URL('/turnstile/v0/api.js', TURNSTILE_URL).toString() }
  }
  return { kind: 'work', work: issueChallenge(campaignId) }
}

export type DefenceView = {
  mode: DefenceMode
  trippedUntil: Date | null
  trippedReason: string | null
  usesTurnstile: boolean
  /** False where no proxy of ours says where requests come from: then nobody is counted as a sender. */
  tellsSenders: boolean
  /** Counted in the last ten minutes and in the last day. */
  lately: { begun: number; declined: number; waiting: number; proven: number }
  day: { begun: number; declined: number; senders: number; addresses: number }
  campaigns: { title: string; slug: string; begun: number; declined: number }[]
  history: { id: bigint; at: Date; action: string; actorName: string; reason: string | null; mode: string | null }[]
}

/** The state of the defence, what it counts, and who switched it. For instance administrators. */
export async function readDefence(actor: Actor): Promise<DefenceView> {
  requireAdmin(actor)
  const at = now()
  const lately = new Date(at.getTime() - 600_000)
  const dayAgo = new Date(at.getTime() - 86_400_000)
  const [state, [counted], campaigns, history] = await Promise.all([
    db().givingDefence.findUniqueOrThrow({ where: { id: 1 } }),
    db().$queryRaw<Record<string, bigint>[]>`
      SELECT count(*) FILTER (WHERE kind = 'begun' AND at > ${lately}) AS begun, count(*) FILTER (WHERE kind = 'declined' AND at > ${lately}) AS declined,
        count(*) FILTER (WHERE kind = 'waiting' AND at > ${at}) AS waiting, count(*) FILTER (WHERE kind = 'proven' AND at > ${lately}) AS proven,
        count(*) FILTER (WHERE kind = 'begun') AS "begunDay", count(*) FILTER (WHERE kind = 'declined') AS "declinedDay",
        count(DISTINCT sender_key) FILTER (WHERE kind = 'declined') AS senders, count(DISTINCT email_key) FILTER (WHERE kind = 'declined') AS addresses
      FROM card_try WHERE at > ${dayAgo}`,
    db().$queryRaw<{ title: string; slug: string; begun: bigint; declined: bigint }[]>`
      SELECT c.title, c.slug, count(*) FILTER (WHERE t.kind = 'begun') AS begun, count(*) FILTER (WHERE t.kind = 'declined') AS declined
      FROM card_try t JOIN campaign c ON c.id = t.campaign_id WHERE t.at > ${dayAgo} AND t.kind IN ('begun', 'declined')
      GROUP BY c.id, c.title, c.slug ORDER BY declined DESC, begun DESC, c.title LIMIT 10`,
    db().$queryRaw<DefenceView['history']>`
      SELECT e.id, e.at, e.action, coalesce(u.name, u.email, e.actor_id) AS "actorName", e.reason, e.detail ->> 'mode' AS mode
      FROM audit_event e LEFT JOIN "user" u ON u.id::text = e.actor_id
      WHERE e.subject_type = 'defence' ORDER BY e.id DESC LIMIT 50`,
  ])
  const count = (name: string) => Number(counted?.[name] ?? 0n)
  const isTripped = state.trippedUntil !== null && state.trippedUntil > at
  return {
    mode: state.mode as DefenceMode,
    trippedUntil: isTripped ? state.trippedUntil : null,
    trippedReason: isTripped ? state.trippedReason : null,
    usesTurnstile: usesTurnstile(),
    tellsSenders: env().TRUSTED_PROXY_HOPS > 0,
    lately: { begun: count('begun'), declined: count('declined'), waiting: count('waiting'), proven: count('proven') },
    day: {
      ...{ begun: count('begunDay'), declined: count('declinedDay') },
      ...{ senders: count('senders'), addresses: count('addresses') },
    },
    campaigns: campaigns.map(({ begun, declined, ...campaign }) => ({
      ...campaign,
      ...{ begun: Number(begun), declined: Number(declined) },
    })),
    history,
  }
}
