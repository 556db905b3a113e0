import type { BankMatchKind, OpenFact, OpenLine, OpenMovement, Suggestion } from './types.ts'

const DAY_MS = 86_400_000
const DAYS_MAX = 35
const SUGGESTIONS_MAX = 3
/** From here on a proposal may be accepted with others at once. */
export const SURE_SCORE = 80
/** A deposit of more pieces than this is put together by hand. */
const PIECES_MAX = 12
const STEPS_MAX = 20_000

type Candidate = { key: string; kind: BankMatchKind; amountMinor: bigint; at: Date; label: string; tokens: string[] }

const MOVEMENT_KIND: Readonly<Record<string, BankMatchKind>> = {
  payout_arrival: 'payout',
  release: 'wire',
  wire_returned: 'wire_return',
  offline_deposit: 'offline_gift',
  bank_transfer: 'own_transfer',
  bank_charge: 'bank_charge',
  refund: 'gift_refund',
  exchange: 'exchange',
}
const FACT_KIND: Readonly<Record<OpenFact['type'], BankMatchKind>> = {
  gift: 'offline_gift',
  payout: 'payout',
  return: 'wire_return',
}

/** What a key of a form stands for, by kind; several kinds together are `several`. */
export function kindOf(parts: readonly { kind: string; type?: OpenFact['type'] }[]): BankMatchKind {
  const kinds = new Set(parts.map(({ kind, type }) => (type ? FACT_KIND[type] : (MOVEMENT_KIND[kind] ?? 'several'))))
  const [only] = kinds
  return kinds.size === 1 && only !== undefined ? only : 'several'
}

/**
 * What each open line may be, the likeliest first: the whole amount must fit, and day and words say how sure it is. A
 * sum of several pieces is found too: a wire with its fee, a deposit of five cheques.
 */
export function findMatches(
  lines: readonly OpenLine[],
  movements: readonly OpenMovement[],
  facts: readonly OpenFact[],
): Map<string, Suggestion[]> {
  const candidates: Candidate[] = [
    ...movements.map(({ key, kind, amountMinor, effectiveAt, label, tokens }) => ({
      ...{ key, amountMinor, label, tokens, at: effectiveAt, kind: MOVEMENT_KIND[kind] ?? ('several' as const) },
    })),
    ...facts.map(({ key, type, amountMinor, at, label, tokens }) => ({
      key,
      amountMinor,
      label,
      tokens,
      at,
      kind: FACT_KIND[type],
    })),
    ...partsWithFee(movements),
  ]
  return new Map(lines.map((line) => [line.id, suggestionsFor(line, candidates, facts)]))
}

/** A wire or an exchange whose fee the bank took in the same line. */
function partsWithFee(movements: readonly OpenMovement[]): Candidate[] {
  const byEntry = Map.groupBy(
    movements.filter(({ kind }) => kind === 'release' || kind === 'exchange'),
    ({ entryId }) => entryId,
  )
  return [...byEntry.values()].flatMap((parts) => {
    const [first] = parts
    if (parts.length < 2 || !first) return []
    const whole = parts.find(({ part }) => part === 'whole') ?? first
    const amountMinor = parts.reduce((sum, part) => sum + part.amountMinor, 0n)
    const key = parts.map((part) => part.key).join(' ')
    return [
      {
        key,
        kind: MOVEMENT_KIND[whole.kind] ?? ('several' as const),
        amountMinor,
        at: whole.effectiveAt,
        label: `${whole.label}, with its fee`,
        tokens: whole.tokens,
      },
    ]
  })
}

function suggestionsFor(line: OpenLine, candidates: readonly Candidate[], facts: readonly OpenFact[]): Suggestion[] {
  const fitting = candidates.filter(({ amountMinor }) => amountMinor === line.amountMinor)
  const single = fitting.flatMap((candidate) => rate(line, candidate, fitting.length))
  const others = [...(single.length === 0 ? deposit(line, facts) : []), ...charge(line)]
  return [...single, ...others].sort((one, other) => other.score - one.score).slice(0, SUGGESTIONS_MAX)
}

function rate(line: OpenLine, candidate: Candidate, rivals: number): Suggestion[] {
  const daysApart = Math.round(Math.abs(line.bookedOn.getTime() - startOfDay(candidate.at)) / DAY_MS)
  const named = candidate.tokens.find((token) => contains(line, token))
  if (daysApart > DAYS_MAX && named === undefined) return []
  const stripe = candidate.kind === 'payout' && contains(line, 'stripe')
  const nearness = daysApart <= 1 ? 25 : daysApart <= 4 ? 20 : daysApart <= 8 ? 10 : 0
  const words = named === undefined ? (stripe ? 25 : 0) : 45
  const score = 35 + nearness + words + (rivals === 1 ? 15 : 0)
  const reasons = [
    'same amount',
    daysApart === 0 ? 'same day' : daysApart === 1 ? 'a day apart' : `${daysApart} days apart`,
  ]
  if (named !== undefined) reasons.push(`names ${named}`)
  else if (stripe) reasons.push('names Stripe')
  if (rivals > 1) reasons.push(`${rivals} of this amount`)
  return [
    {
      kind: candidate.kind,
      keys: candidate.key.split(' '),
      label: candidate.label,
      reason: reasons.join(', '),
      score: Math.min(score, 100),
    },
  ]
}

/** Gifts that were carried to the bank together: all of one day and kind, else any that add up. */
function deposit(line: OpenLine, facts: readonly OpenFact[]): Suggestion[] {
  const near = facts.filter(
    ({ type, amountMinor, at }) =>
      type === 'gift' &&
      amountMinor < line.amountMinor &&
      startOfDay(at) <= line.bookedOn.getTime() &&
      line.bookedOn.getTime() - startOfDay(at) <= DAYS_MAX * DAY_MS,
  )
  const groups = [
    ...Map.groupBy(near, ({ at, label }) => `${at.toISOString().slice(0, 10)} ${label.split(' ')[0]}`).values(),
    near,
  ]
  const whole = groups.find((group) => sumOf(group) === line.amountMinor && group.length > 1)
  const pieces = whole ?? addingUp(near, line.amountMinor)
  if (!pieces) return []
  const label = `${pieces.length} offline gifts together`
  const reason = whole ? 'all that was received by then adds up to it' : 'these add up to it'
  return [{ kind: 'offline_gift', keys: pieces.map(({ key }) => key), label, reason, score: whole ? 75 : 60 }]
}

/** The first few pieces that add up, biggest first; gives up where that would take long. */
function addingUp(pieces: readonly OpenFact[], wantedMinor: bigint): OpenFact[] | null {
  const sorted = [...pieces].sort((one, other) => (one.amountMinor > other.amountMinor ? -1 : 1))
  let steps = 0
  const search = (from: number, leftMinor: bigint, taken: OpenFact[]): OpenFact[] | null => {
    if (leftMinor === 0n) return taken
    if (taken.length >= PIECES_MAX) return null
    for (let index = from; index < sorted.length; index += 1) {
      steps += 1
      const piece = sorted[index]
      if (steps > STEPS_MAX || !piece) return null
      if (piece.amountMinor > leftMinor) continue
      const found = search(index + 1, leftMinor - piece.amountMinor, [...taken, piece])
      if (found) return found
    }
    return null
  }
  return search(0, wantedMinor, [])
}

/** What the bank itself calls a charge or interest. */
function charge(line: OpenLine): Suggestion[] {
  const says =
    /\b(fees?|charges?|service charge|interest|gebühr(en)?|entgelt|zinsen|frais|commissions?|opłata|комісія)\b/iu
  const byCode = /^(SRVCHG|FEE|INT)$|(^|\/)(CHRG|FEES|INTR|COMM)(\/|$)/.test(line.bankCode ?? '')
  const byWords = says.test(`${line.counterparty ?? ''} ${line.remittance}`)
  if (!byCode && !byWords) return []
  const label = line.amountMinor < 0n ? 'The bank’s own charge' : 'Interest, or a charge handed back'
  return [
    {
      kind: 'bank_charge',
      keys: [],
      label,
      reason: byCode ? 'the bank marks it so' : 'its words say so',
      score: byCode ? 70 : 55,
    },
  ]
}

function contains(line: OpenLine, token: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
  const wanted = plain(token)
  return (
    wanted.length >= 4 &&
    plain(`${line.counterparty ?? ''} ${line.remittance} ${line.reference ?? ''}`).includes(wanted)
  )
}

function startOfDay(at: Date): number {
  return Math.floor(at.getTime() / DAY_MS) * DAY_MS
}

function sumOf(pieces: readonly { amountMinor: bigint }[]): bigint {
  return pieces.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
}
