import { chapterIdsWith } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { returnWire } from '#lib/disbursements/return-wire.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { depositOfflineGift } from '#lib/ledger/match-offline-gift.ts'
import { openBank } from '#lib/ledger/open-bank.ts'
import { postPayoutArrival } from '#lib/ledger/post-payout-arrival.ts'
import { parseInput } from '#lib/parse-input.ts'
import { kindOf } from './find-matches.ts'
import { type LockedAccount, type LockedLine, lockOpenLines, requireAccount } from './lock-account.ts'
import { type MatchedMovement, recordMatch } from './record-match.ts'
import { matchSchema } from './schema.ts'

type Asked = { movements: MatchedMovement[]; gifts: string[]; payouts: string[]; returns: string[] }

/**
 * Says that lines of the bank and things of our books are the same money: { bankAccountId, lineIds, keys }. One or many
 * on either side; they must add up to the same. What our books know and have not put into the bank yet (an offline
 * gift, a payout under way, a wire that came back) is posted with it. Answers the match's id.
 */
export async function matchLines(actor: Actor, input: unknown): Promise<string> {
  const { bankAccountId, lineIds, keys } = parseInput(matchSchema, input)
  const { user, account } = await requireAccount(actor, bankAccountId)
  const asked = readKeys(keys)
  // A step of its own with its own rules; were the match below to fail, the wire has come back all the same.
  for (const disbursementId of asked.returns) asked.movements.push(await takeWireBack(user, disbursementId))
  return inTransaction(async (tx) => {
    const lines = await lockOpenLines(tx, account, lineIds)
    const posted = [
      ...(await depositGifts(tx, user, account, { lines, ids: asked.gifts })),
      ...(await landPayouts(tx, user, account, { lines, ids: asked.payouts })),
    ]
    const movements = [...asked.movements, ...posted]
    const kind = await matchKind(tx, movements)
    return recordMatch(tx, user, account, { kind, lines, movements })
  })
}

function readKeys(keys: readonly string[]): Asked {
  const asked: Asked = { movements: [], gifts: [], payouts: [], returns: [] }
  for (const key of new Set(keys)) {
    const [type, id = '', part] = key.split(':')
    if (type === 'movement') {
      asked.movements.push({ entryId: BigInt(id), part: part === 'fee' ? 'fee' : 'whole', posted: false })
    } else if (type === 'gift') asked.gifts.push(id)
    else if (type === 'payout') asked.payouts.push(id)
    else asked.returns.push(id)
  }
  return asked
}

async function takeWireBack(user: UserActor, disbursementId: string): Promise<MatchedMovement> {
  const find = () =>
    db().disbursement.findUnique({ where: { id: disbursementId }, select: { version: true, returnEntryId: true } })
  const before = await find()
  if (before?.returnEntryId === null) {
    const reason = 'The money is on the bank’s statement again.'
    await returnWire(user, { disbursementId, version: before.version, reason })
  }
  const entryId = (await find())?.returnEntryId
  if (!entryId) throw new AppError('not_found', 'There is no such disbursement.')
  return { entryId, part: 'whole', posted: false }
}

type Posting = { lines: readonly LockedLine[]; ids: readonly string[] }

async function depositGifts(
  tx: DbClient,
  user: UserActor,
  account: LockedAccount,
  part: Posting,
): Promise<MatchedMovement[]> {
  if (part.ids.length === 0) return []
  const gifts = await tx.$queryRaw<{ id: string; entryId: bigint; fundId: bigint; depositEntryId: bigint | null }[]>`
    SELECT d.id, d.entry_id AS "entryId", d.fund_id AS "fundId", d.deposit_entry_id AS "depositEntryId"
    FROM donation d JOIN campaign c ON c.id = d.campaign_id
    WHERE d.id::text = ANY (${[...part.ids]}) AND d.offline_method IS NOT NULL AND d.reversal_entry_id IS NULL
      AND d.currency = ${account.currency} AND c.chapter_id = ANY (${chapterIdsWith(user, 'treasurer')}::uuid[])
    ORDER BY d.id FOR UPDATE OF d`
  if (gifts.length !== part.ids.length) throw new AppError('not_found', 'There is no such offline gift.')
  const movements: MatchedMovement[] = []
  for (const gift of gifts) {
    if (gift.depositEntryId !== null)
      throw new AppError('conflict', 'A gift was matched meanwhile. Load the page again.')
    await openBank(tx, { fundId: gift.fundId, externalId: account.externalId })
    const { entryId } = await depositOfflineGift(tx, {
      ...postingOf(
        `offline-deposit:${gift.id}:${newId()}`,
        { sourceType: 'donation', sourceId: gift.id },
        user,
        part.lines,
      ),
      ...{ giftEntryId: gift.entryId, bankExternalId: account.externalId },
    })
    await tx.donation.update({ where: { id: gift.id }, data: { depositEntryId: entryId } })
    movements.push({ entryId, part: 'whole', posted: true })
  }
  return movements
}

/** The bank has it before Stripe told us so; settlePayout then finds the arrival there. */
async function landPayouts(
  tx: DbClient,
  user: UserActor,
  account: LockedAccount,
  part: Posting,
): Promise<MatchedMovement[]> {
  const movements: MatchedMovement[] = []
  for (const id of [...part.ids].sort()) {
    const [payout] = await tx.$queryRaw<{ entryId: bigint | null; arrivalEntryId: bigint | null }[]>`
      SELECT entry_id AS "entryId", arrival_entry_id AS "arrivalEntryId" FROM stripe_payout
      WHERE id = ${id} AND currency = ${account.currency} FOR UPDATE`
    if (!payout || payout.entryId === null) throw new AppError('not_found', 'There is no such payout.')
    if (payout.arrivalEntryId !== null)
      throw new AppError('conflict', 'This payout arrived meanwhile. Load the page again.')
    const { entryId } = await postPayoutArrival(tx, {
      ...postingOf(`payout-arrival:${id}:${newId()}`, { sourceType: 'payout', sourceId: id }, user, part.lines),
      ...{ payoutEntryId: payout.entryId, bankExternalId: account.externalId },
    })
    await tx.stripePayout.update({ where: { id }, data: { arrivalEntryId: entryId } })
    movements.push({ entryId, part: 'whole', posted: true })
  }
  return movements
}

/** Each attempt has a key of its own: what was matched, undone and matched again are three facts. */
function postingOf(
  idempotencyKey: string,
  source: { sourceType: string; sourceId: string },
  user: UserActor,
  lines: readonly LockedLine[],
) {
  const [last] = [...lines].sort((one, other) => other.bookedOn.getTime() - one.bookedOn.getTime())
  if (!last) throw new Error('a match has a line')
  return { idempotencyKey, ...source, effectiveAt: last.bookedOn, actorId: user.userId }
}

async function matchKind(tx: DbClient, movements: readonly MatchedMovement[]) {
  const ids = movements.map(({ entryId }) => entryId)
  const entries = await tx.$queryRaw<{ kind: string }[]>`
    SELECT kind FROM ledger.entries WHERE id = ANY (${ids}::bigint[])`
  return kindOf(entries)
}
