import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError, type ErrorCode } from '#lib/errors.ts'
import { explainRefusal, PurposeRefused } from '#lib/purposes/explain-refusal.ts'
import { recordGateRefusal } from '#lib/purposes/record-refusal.ts'
import { type Gate, gates, type RefusalStage } from '#lib/purposes/types.ts'
import { explainGate } from './policy.ts'
import type { DisbursementLineView } from './types.ts'

/** What the gates need to know of a payment. `id` is null before it is asked for. */
export type Payment = {
  id: string | null
  aidGroupId: string
  campaignId: string
  amountMinor: bigint
  currency: string
}

type GateAnswer = { gate: Gate; isShut: boolean; fact: string | null }

/** The refusal of a gate, in words; `gate` is what the public counter counts. */
class GateShut extends AppError {
  readonly gate: Gate

  constructor(gate: Gate, message: string, options: { cause?: unknown; fieldErrors?: Record<string, string[]> } = {}) {
    super(CODES[gate] ?? 'aid_group_not_approved', message, options)
    this.gate = gate
  }
}

const CODES: Partial<Record<Gate, ErrorCode>> = {
  cap: 'wrong_state',
  evidence_overdue: 'wrong_state',
  separation: 'segregation_of_duties',
}

/** Every gate of the payment as of a moment, in the order in which a refusal names them. */
export async function askGates(client: DbClient, payment: Payment, at: Date): Promise<GateAnswer[]> {
  const { id, aidGroupId, campaignId, amountMinor, currency } = payment
  return await client.$queryRaw<GateAnswer[]>`
    SELECT gate, is_shut AS "isShut", fact FROM aid_group_payment_gates(
      ${aidGroupId}::uuid, ${campaignId}::uuid, ${amountMinor}::bigint, ${currency}, ${id}::uuid, ${at}::timestamptz)`
}

/**
 * Stops here unless every gate lets this payment pass at this moment. The aid group and its approval stay locked until
 * the transaction ends, so that a suspension, another account, a hit or a second payment under the same cap either
 * comes before and is seen, or waits for our commit. Throws `GateShut`, which names the gate.
 */
export async function requireOpenGates(tx: DbClient, payment: Payment): Promise<void> {
  const shut = await findShutGate(tx, payment)
  if (shut) throw new GateShut(shut.gate, `No money goes to this aid group. ${shut.words}`)
}

async function findShutGate(tx: DbClient, payment: Payment): Promise<{ gate: Gate; words: string } | null> {
  const at = now()
  await tx.$executeRaw`SELECT aid_group_lock_for_payment(${payment.aidGroupId}::uuid)`
  const shut = (await askGates(tx, payment, at)).find(({ isShut }) => isShut)
  if (!shut) return null
  const { aidGroupId: id } = payment
  const group = await tx.aidGroup.findUnique({ where: { id }, select: { status: true, approvedUntil: true } })
  return { gate: shut.gate, words: explainGate(shut, { group, at, currency: payment.currency }) }
}

/** What whoever records a wire says of the bank, where a gate shut after it was begun. */
type LeftBefore = { isTold: boolean; reason: string; userId: string }

/**
 * The gate that shut after this wire was begun, when another person than the one who began it says that the bank had sent
 * it before, and what the statement shows: money that left is written down. Null when every gate is open. Throws
 * `GateShut` otherwise, `segregation_of_duties` for whoever began it, `invalid_input` without a reason; for a wire under
 * way the messages are at the fields `leftBefore` and `leftReason`.
 */
export async function gateShutUnderWay(
  tx: DbClient,
  payment: Payment & { sendingAt: Date | null; sendingById: string | null },
  said: LeftBefore,
): Promise<Gate | null> {
  const shut = await findShutGate(tx, payment)
  if (!shut) return null
  const message = `No money goes to this aid group. ${shut.words}`
  if (payment.sendingAt === null) throw new GateShut(shut.gate, message)
  if (!said.isTold) {
    const field = `${shut.words} Send nothing now. If the bank’s statement shows that it left before, tick the box: it is written down with this reason.`
    throw new GateShut(shut.gate, message, { fieldErrors: { leftBefore: [field] } })
  }
  if (payment.sendingById === said.userId) {
    const field = `${shut.words} You began this wire, so another treasurer looks at the bank’s statement and records it.`
    throw new AppError('segregation_of_duties', field, { fieldErrors: { leftBefore: [field] } })
  }
  if (said.reason.length >= REASON_MIN) return shut.gate
  const field = 'Say what the bank’s statement shows: the day and the line.'
  throw new AppError('invalid_input', field, { fieldErrors: { leftReason: [field] } })
}

const REASON_MIN = 3

/** The lines of a new version, which the database sees only after its row: all of kinds the aid group is approved for. */
export async function requireLinesWithin(
  tx: DbClient,
  aidGroupId: string,
  lines: readonly { category: string }[],
): Promise<void> {
  const [approved] = await tx.$queryRaw<{ categories: string[] }[]>`
    SELECT aid_group_approved_categories(${aidGroupId}::uuid) AS categories`
  const beside = new Set(lines.map(({ category }) => category).filter((known) => !approved?.categories.includes(known)))
  if (beside.size === 0) return
  const words = explainGate(
    { gate: 'restriction', fact: [...beside].join(', ') },
    { group: null, at: now(), currency: null },
  )
  throw new GateShut('restriction', `No money goes to this aid group. ${words}`)
}

type DriverCause = { originalCode?: string; originalMessage?: string }
type Step = { stage: RefusalStage; chapterId?: string | undefined; disbursementId?: string; subject?: string }

/**
 * Runs one step of a payment and counts its refusal, once, after its transaction has failed. What only the database
 * noticed is said in words too. The refusal itself goes on to whoever asked.
 */
export async function countRefusals<T>(step: Step, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const refusal = error instanceof AppError ? error : (explainRefusal(error) ?? gateOfDatabase(error) ?? error)
    const gate = gateOf(refusal)
    if (gate) await recordGateRefusal({ ...step, gate, chapterId: step.chapterId ?? (await chapterOf(step)) })
    throw refusal
  }
}

async function chapterOf({ disbursementId: id }: Step): Promise<string | undefined> {
  if (id === undefined) return undefined
  const found = await db().disbursement.findUnique({
    where: { id },
    select: { campaign: { select: { chapterId: true } } },
  })
  return found?.campaign.chapterId
}

function gateOf(error: unknown): Gate | null {
  if (error instanceof GateShut || error instanceof PurposeRefused) return error.gate
  if (!(error instanceof AppError)) return null
  if (error.code === 'insufficient_funds') return 'funds'
  return error.code === 'segregation_of_duties' ? 'separation' : null
}

/** A refusal that the database's triggers gave, as whoever asked may read it; null for anything else. */
function gateOfDatabase(error: unknown): GateShut | null {
  const { meta, cause: own } = error as { meta?: { driverAdapterError?: { cause?: DriverCause } }; cause?: DriverCause }
  const cause = meta?.driverAdapterError?.cause ?? own
  if (cause?.originalCode !== 'CP102') return null
  const gate = gates.find((known) => cause.originalMessage?.includes(`gate ${known} `)) ?? 'restriction'
  const words = explainGate({ gate, fact: null }, { group: null, at: now(), currency: null })
  return new GateShut(gate, `No money goes to this aid group. ${words}`, { cause: error })
}

/** The lines, whose sum is the amount; the database refuses anything else at the end of the transaction. */
export async function loadLines(tx: DbClient, disbursementId: string): Promise<DisbursementLineView[]> {
  return await tx.disbursementLine.findMany({
    where: { disbursementId },
    orderBy: { position: 'asc' },
    select: { id: true, position: true, category: true, description: true, amountMinor: true },
  })
}
