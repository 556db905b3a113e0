import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { listClaimedGifts } from '#lib/ledger/list-returns.ts'
import { currentWording, foreignReturn, issueReceipt } from './issue-receipt.ts'

const BATCH = 500
/** A gift that has just settled is left to its own job, which also mails. */
const GRACE_MS = 60_000

/** Corrects the receipts of gifts of which something went back, or came back, since; each is mailed. Answers how many. */
export async function correctReceipts(): Promise<number> {
  const claimed = await listClaimedGifts(db())
  const rows = await db().$queryRaw<{ donationId: string }[]>`
    SELECT r.donation_id AS "donationId"
    FROM unnest(${claimed.map((gift) => gift.giftEntryId)}::bigint[], ${claimed.map((gift) => gift.returnedMinor)}::bigint[])
      AS claimed (entry_id, returned_minor)
    JOIN donation d ON d.entry_id = claimed.entry_id
    JOIN LATERAL (SELECT donation_id, returned_minor FROM receipt WHERE donation_id = d.id ORDER BY revision DESC LIMIT 1) r ON true
    WHERE r.returned_minor <> least(d.gift_minor + d.cover_minor + d.tip_minor,
      CASE WHEN coalesce(d.settled_currency, d.currency) = d.currency THEN claimed.returned_minor ELSE ${foreignReturn} END)
    UNION SELECT r.donation_id FROM donation d
    JOIN LATERAL (SELECT donation_id, returned_minor FROM receipt WHERE donation_id = d.id ORDER BY revision DESC LIMIT 1) r ON true
    WHERE d.reversal_entry_id IS NOT NULL AND r.returned_minor < d.gift_minor`
  return runEach(
    'correct-receipts',
    rows.map(({ donationId }) => donationId),
    (donationId) =>
      inTransaction((tx) => enqueueJob(tx, 'mail-receipt', { donationId }, { jobKey: `mail-receipt:${donationId}` })),
  )
}

/** Gives a receipt to every settled gift that has none, in the order they came; nothing is mailed. Answers how many. */
export async function issueMissingReceipts(): Promise<number> {
  const claimed = (await listClaimedGifts(db())).map(({ giftEntryId }) => giftEntryId)
  const chapters = await db().chapter.findMany({ select: { id: true }, orderBy: { id: 'asc' } })
  let issuedCount = 0
  for (const { id } of chapters) {
    for (;;) {
      const count = await inTransaction((tx) => issueBatch(tx, id, claimed))
      issuedCount += count
      if (count < BATCH) break
    }
  }
  const rest = await db().$queryRaw<{ id: string }[]>`
    SELECT d.id FROM donation d WHERE d.status = 'settled' AND d.settled_at < ${settledBefore()}
      AND (d.entry_id = ANY (${claimed}::bigint[]) OR d.reversal_entry_id IS NOT NULL)
      AND NOT EXISTS (SELECT FROM receipt r WHERE r.donation_id = d.id) ORDER BY d.settled_at, d.id`
  return (
    issuedCount +
    (await runEach(
      'issue-receipts',
      rest.map(({ id }) => id),
      issueReceipt,
    ))
  )
}

/** Whole gifts of one chapter at once; those of which something went back are looked at one by one. */
async function issueBatch(tx: DbClient, chapterId: string, claimed: readonly bigint[]): Promise<number> {
  const { settingsId, statement } = await currentWording(tx, chapterId)
  return tx.$executeRaw`
    WITH due AS (
      SELECT d.id, d.currency, d.gift_minor, d.cover_minor, d.tip_minor, d.settled_at
      FROM donation d JOIN campaign c ON c.id = d.campaign_id
      WHERE c.chapter_id = ${chapterId}::uuid AND d.status = 'settled' AND d.settled_at < ${settledBefore()}
        AND d.reversal_entry_id IS NULL AND d.entry_id <> ALL (${[...claimed]}::bigint[])
        AND NOT EXISTS (SELECT FROM receipt r WHERE r.donation_id = d.id)
      ORDER BY d.settled_at, d.id LIMIT ${BATCH} FOR NO KEY UPDATE OF d SKIP LOCKED)
    INSERT INTO receipt (donation_id, chapter_id, revision, settings_id, currency, gift_minor, cover_minor, tip_minor, given_at,
      statement, issued_at)
    SELECT id, ${chapterId}::uuid, 1, ${settingsId}::uuid, currency, gift_minor, cover_minor, tip_minor, settled_at,
      ${statement}, ${now()} FROM due ORDER BY settled_at, id`
}

const settledBefore = () => new Date(now().getTime() - GRACE_MS)
