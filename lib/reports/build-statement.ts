import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError, assertInvariant } from '#lib/errors.ts'
import { balancesByRole, type Flow, flowTotals } from '#lib/ledger/queries.ts'
import { listMonths } from './list-months.ts'
import { listSent, recipientsOf } from './list-sent.ts'
import type { FundStatement, Period, PeriodStatement, ReportScope, SentItem, StatementAmounts } from './types.ts'

/** Which line of a statement the other side of the money is; a role that is missing stops the report. */
const LINE: Partial<Record<Flow['role'], { line: keyof StatementAmounts; sign: 1n | -1n }>> = {
  contributions: { line: 'giftsMinor', sign: 1n },
  fee_cover: { line: 'coverMinor', sign: 1n },
  tips: { line: 'tipsMinor', sign: 1n },
  processing_fees: { line: 'stripeFeesMinor', sign: -1n },
  dispute_fees: { line: 'disputeFeesMinor', sign: -1n },
  refunds: { line: 'refundsMinor', sign: -1n },
  disputes_lost: { line: 'disputesMinor', sign: -1n },
  transfer_fees: { line: 'transferFeesMinor', sign: -1n },
  // A wire on its way; its confirmation moves nothing of ours.
  in_transit: { line: 'sentMinor', sign: -1n },
  aid_granted: { line: 'sentMinor', sign: -1n },
  interfund: { line: 'interfundMinor', sign: 1n },
  exchange: { line: 'exchangeMinor', sign: 1n },
  exchange_loss: { line: 'exchangeMinor', sign: 1n },
}

const ZERO: StatementAmounts = {
  openingMinor: 0n,
  giftsMinor: 0n,
  coverMinor: 0n,
  tipsMinor: 0n,
  stripeFeesMinor: 0n,
  disputeFeesMinor: 0n,
  refundsMinor: 0n,
  disputesMinor: 0n,
  transferFeesMinor: 0n,
  sentMinor: 0n,
  interfundMinor: 0n,
  exchangeMinor: 0n,
  closingMinor: 0n,
  promisedMinor: 0n,
}

/**
 * What happened to the money of a scope from day to day, both included, in UTC. For each fund
 * opening + gifts + cover + tips - fees - refunds - disputes - wire fees - sent ± interfund ± exchange = closing;
 * where that or the sum of the wires differed, the report stops instead of showing it. Read in one snapshot, so every
 * figure is of one moment. Throws `not_found` for a scope that does not exist.
 */
export async function periodStatement(input: { scope: ReportScope } & Period): Promise<PeriodStatement> {
  const { scope, from, to } = input
  return db().$transaction(
    async (tx) => {
      const [name, funds] = await Promise.all([nameOf(tx, scope), fundsOf(tx, scope)])
      const fundIds = funds.map(({ fundId }) => fundId)
      const span = daysAsMoments({ from, to })
      const flows = await flowTotals(tx, fundIds, span)
      const ends = await balancesByRole(tx, fundIds, { asOf: span.to })
      const [last] = await tx.$queryRaw<{ id: bigint | null }[]>`SELECT max(id) AS id FROM ledger.entries`
      const sent = await listSent(tx, fundIds, span)
      const statements = funds.map((fund) => {
        const own = flows.find(({ fundId }) => fundId === fund.fundId)
        const promised = ends.find(({ fundId, role }) => fundId === fund.fundId && role === 'encumbrances')
        return {
          ...fund,
          ...amountsOf(own?.openingMinor ?? 0n, own?.flows ?? [], own?.closingMinor ?? 0n),
          promisedMinor: promised?.amountMinor ?? 0n,
        }
      })
      const totals = totalsOf(statements)
      assertSentAgrees(totals, sent)
      return {
        ...{ scope: name, from, to, dataAsOf: now(), lastEntryId: last?.id ?? null, funds: statements, totals, sent },
        recipients: recipientsOf(sent),
        months: await listMonths(tx, fundIds, span),
      }
    },
    { isolationLevel: 'RepeatableRead', timeout: 60_000 },
  )
}

/** Two days, both included, as the moments between which things happened. */
function daysAsMoments({ from, to }: Period): { from: Date; to: Date } {
  const end = new Date(`${to}T00:00:00Z`)
  end.setUTCDate(end.getUTCDate() + 1)
  return { from: new Date(`${from}T00:00:00Z`), to: end }
}

/** Throws where the equation does not hold: such a figure is never shown. */
function assertEquation(a: StatementAmounts): void {
  const inMinor = a.openingMinor + a.giftsMinor + a.coverMinor + a.tipsMinor + a.interfundMinor + a.exchangeMinor
  const feesMinor = a.stripeFeesMinor + a.disputeFeesMinor + a.transferFeesMinor
  const outMinor = feesMinor + a.refundsMinor + a.disputesMinor + a.sentMinor
  assertInvariant(inMinor - outMinor === a.closingMinor, 'opening and what came in less what went out is the closing')
}

function amountsOf(openingMinor: bigint, flows: readonly Flow[], closingMinor: bigint): StatementAmounts {
  const amounts = { ...ZERO, openingMinor, closingMinor }
  for (const flow of flows) {
    const place = LINE[flow.role]
    assertInvariant(place, `the statement has a line for ${flow.role}`)
    amounts[place.line] += place.sign * flow.amountMinor
  }
  assertEquation(amounts)
  return amounts
}

function totalsOf(funds: readonly FundStatement[]): PeriodStatement['totals'] {
  return [...Map.groupBy(funds, ({ currency }) => currency)].map(([currency, group]) => {
    const total = { ...ZERO }
    for (const fund of group) {
      for (const line of Object.keys(ZERO) as (keyof StatementAmounts)[]) total[line] += fund[line]
    }
    assertEquation(total)
    return { ...total, currency }
  })
}

/** What the ledger sent is what the disbursements say they received, cent for cent. */
function assertSentAgrees(totals: PeriodStatement['totals'], sent: readonly SentItem[]): void {
  for (const { currency, sentMinor } of totals) {
    const wires = sent.filter((item) => item.currency === currency)
    const listed = wires.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
    assertInvariant(listed === sentMinor, `the wires in ${currency} add up to what was sent`)
  }
}

type FundHead = Omit<FundStatement, keyof StatementAmounts>

async function fundsOf(tx: DbClient, scope: ReportScope): Promise<FundHead[]> {
  const chapterId = scope.kind === 'chapter' ? scope.chapterId : null
  const campaignId = scope.kind === 'campaign' ? scope.campaignId : null
  const rows = await tx.$queryRaw<(Omit<FundHead, 'campaign'> & { slug: string | null; title: string | null })[]>`
    SELECT f.id AS "fundId", f.name, h.name AS "chapterName", f.restriction, f.currency, c.slug, c.title
    FROM ledger.funds f JOIN chapter h ON h.id = f.chapter_id LEFT JOIN campaign c ON c.id = f.campaign_id
    WHERE (${chapterId}::uuid IS NULL OR f.chapter_id = ${chapterId}::uuid)
      AND (${campaignId}::uuid IS NULL OR f.campaign_id = ${campaignId}::uuid)
    ORDER BY f.currency, h.name, c.id IS NOT NULL, f.name, f.id`
  return rows.map(({ slug, title, ...fund }) => ({
    ...fund,
    campaign: slug === null || title === null ? null : { slug, title },
  }))
}

async function nameOf(tx: DbClient, scope: ReportScope): Promise<PeriodStatement['scope']> {
  if (scope.kind === 'federation') return { kind: scope.kind, name: 'The whole federation', slug: null }
  if (scope.kind === 'chapter') {
    const chapter = await tx.chapter.findUnique({ where: { id: scope.chapterId } })
    if (!chapter) throw new AppError('not_found', 'There is no such chapter.')
    return { kind: scope.kind, name: chapter.name, slug: chapter.slug }
  }
  const campaign = await tx.campaign.findUnique({ where: { id: scope.campaignId } })
  if (!campaign?.fundId) throw new AppError('not_found', 'There is no such campaign.')
  return { kind: scope.kind, name: campaign.title, slug: campaign.slug }
}
