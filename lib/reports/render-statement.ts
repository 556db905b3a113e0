import { toDecimalString } from '#lib/money/format.ts'
import type { PeriodStatement, SentItem, StatementAmounts } from './types.ts'

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/**
 * A statement as data for other programs: amounts as decimal text with a point, days as 2026-11-23, ids as text.
 * The figures are those of the page, line by line.
 */
export function renderStatement(statement: PeriodStatement): Json {
  const { scope, from, to, dataAsOf, lastEntryId, funds, totals, months, recipients, sent } = statement
  return {
    scope,
    period: { from, to, timeZone: 'UTC' },
    dataAsOf: dataAsOf.toISOString(),
    checkpoint: { lastEntryId: lastEntryId === null ? null : String(lastEntryId) },
    equation:
      'opening + gifts + coveredFees + tips - stripeFees - disputeFees - refunds - disputes - transferFees - sent + interfund + exchange = closing',
    totals: totals.map(({ currency, ...total }) => ({ currency, ...amounts(total, currency) })),
    funds: funds.map((fund) => ({
      ...{ id: String(fund.fundId), name: fund.name, chapter: fund.chapterName, campaign: fund.campaign },
      ...{ donorRestrictions: fund.restriction, currency: fund.currency, ...amounts(fund, fund.currency) },
    })),
    months: months.map(({ month, currency, inMinor, sentMinor }) => ({
      ...{ month, currency, in: toDecimalString(inMinor, currency), sent: toDecimalString(sentMinor, currency) },
    })),
    recipients: recipients.map(({ slug, name, vettedOn, currency, amountMinor, wireCount }) => ({
      ...{ slug, name, vettedOn: day(vettedOn), currency, amount: toDecimalString(amountMinor, currency), wireCount },
    })),
    sent: sent.map(renderWire),
  }
}

function renderWire(item: SentItem): Json {
  const { number, isPublished, on, status, currency, amountMinor, aidGroup, campaign, purpose, lines, evidence } = item
  return {
    // A day that is not public yet leaves its month.
    ...{ number, isPublished, on: isPublished ? day(on) : null, month: on.toISOString().slice(0, 7) },
    ...{ status, currency, amount: toDecimalString(amountMinor, currency), campaign, purpose },
    recipient: aidGroup && { slug: aidGroup.slug, name: aidGroup.name, vettedOn: day(aidGroup.vettedOn) },
    lines: lines.map(({ position, category, description, amountMinor: lineMinor }) => ({
      ...{ position, category, description, amount: toDecimalString(lineMinor, currency) },
    })),
    evidence: evidence.map(({ fileId, caption, mediaType, byteCount, takenOn }) => ({
      ...{ caption, mediaType, byteCount, takenOn: day(takenOn), path: `/files/${fileId}` },
    })),
  }
}

function amounts(a: StatementAmounts, currency: string): Record<string, string> {
  const text = (amountMinor: bigint) => toDecimalString(amountMinor, currency)
  return {
    opening: text(a.openingMinor),
    gifts: text(a.giftsMinor),
    coveredFees: text(a.coverMinor),
    tips: text(a.tipsMinor),
    stripeFees: text(a.stripeFeesMinor),
    disputeFees: text(a.disputeFeesMinor),
    refunds: text(a.refundsMinor),
    disputes: text(a.disputesMinor),
    transferFees: text(a.transferFeesMinor),
    sent: text(a.sentMinor),
    interfund: text(a.interfundMinor),
    exchange: text(a.exchangeMinor),
    closing: text(a.closingMinor),
    promised: text(a.promisedMinor),
  }
}

function day(at: Date | null): string | null {
  return at === null ? null : at.toISOString().slice(0, 10)
}
