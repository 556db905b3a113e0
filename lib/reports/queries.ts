import { type DbClient, db, Prisma } from '#lib/db/client.ts'
import { assertInvariant } from '#lib/errors.ts'
import { type AccountRole, MONEY_ROLES } from '#lib/ledger/types.ts'
import type { CampaignFigures, Figures, ReportScope } from './types.ts'

/**
 * The one module for totals: home, campaign, aid group, desks, report and export show what these functions answer.
 * Money comes from the ledger's accounts alone; each answer is checked to be one equation before anybody sees it.
 */

/** `sent`: a wire on its way out, which is no longer the fund's money; `in_transit` otherwise is a payout to us. */
type RoleRow = { key: string; currency: string; role: AccountRole; sent: boolean; minor: bigint }

/** Totals of the whole federation, one for each currency in use, by currency code. */
export async function federationFigures(): Promise<Figures[]> {
  return [...(await figuresWhere(Prisma.sql`TRUE`, Prisma.sql`f.currency`)).values()]
}

/** Totals of a chapter's funds, its general fund included, one for each currency. */
export async function chapterFigures(chapterId: string): Promise<Figures[]> {
  const where = Prisma.sql`f.chapter_id = ${chapterId}::uuid`
  return [...(await figuresWhere(where, Prisma.sql`f.currency`)).values()]
}

/** Totals of each campaign's own fund by its id; one without a fund is missing. Money in another currency has its own. */
export async function figuresOfCampaigns(campaignIds: readonly string[]): Promise<Map<string, Figures>> {
  if (campaignIds.length === 0) return new Map()
  const where = Prisma.sql`f.id IN (SELECT fund_id FROM campaign WHERE id = ANY (${[...campaignIds]}::uuid[]))`
  return figuresWhere(where, Prisma.sql`f.campaign_id::text`)
}

/** Totals of each fund by its id; unknown ids are missing. */
export async function figuresOfFunds(fundIds: readonly bigint[]): Promise<Map<string, Figures>> {
  if (fundIds.length === 0) return new Map()
  return figuresWhere(Prisma.sql`f.id = ANY (${[...fundIds]}::bigint[])`, Prisma.sql`f.id::text`)
}

/** Everything a campaign's page counts. Null before the campaign has a fund, that is before it is live. */
export async function campaignFigures(campaignId: string): Promise<CampaignFigures | null> {
  const [figures, pledged, donorCount, tipsBesideMinor] = await Promise.all([
    figuresOfCampaigns([campaignId]),
    pledgedOf(campaignId),
    countDonors({ kind: 'campaign', campaignId }),
    tipsBeside(campaignId),
  ])
  const own = figures.get(campaignId)
  return own ? { ...own, ...pledged, donorCount, tipsBesideMinor } : null
}

/** People whose gifts settled, each once; those who hide their name are counted. */
export async function countDonors(scope: ReportScope): Promise<number> {
  const where = {
    federation: Prisma.sql`TRUE`,
    chapter: Prisma.sql`c.chapter_id = ${scope.kind === 'chapter' ? scope.chapterId : null}::uuid`,
    campaign: Prisma.sql`d.campaign_id = ${scope.kind === 'campaign' ? scope.campaignId : null}::uuid`,
  }[scope.kind]
  const [row] = await db().$queryRaw<{ people: bigint }[]>`
    SELECT count(DISTINCT d.donor_id) AS people FROM donation d JOIN campaign c ON c.id = d.campaign_id
    WHERE d.status = 'settled' AND d.reversal_entry_id IS NULL AND ${where}`
  return Number(row?.people ?? 0n)
}

/** Totals of any funds, grouped by a text of the fund `f`. In a transaction, hand its client. */
async function figuresWhere(
  where: Prisma.Sql,
  key: Prisma.Sql,
  client: DbClient = db(),
): Promise<Map<string, Figures>> {
  const rows = await client.$queryRaw<RoleRow[]>`
    SELECT ${key} AS key, f.currency, b.role, b.role = 'in_transit' AND b.external_id = 'wires' AS sent,
      sum(b.balance_minor)::bigint AS minor
    FROM ledger.funds f JOIN ledger.balances b ON b.fund_id = f.id
    WHERE ${where} GROUP BY 1, 2, 3, 4 ORDER BY 1`
  const byKey = Map.groupBy(rows, (row) => row.key)
  const aside = await asideWhere(where, key, client)
  return new Map([...byKey].map(([name, group]) => [name, toFigures(group, aside.get(name) ?? 0n)]))
}

/** What holds have set aside: an encumbrance in the books, but promised to nobody. */
async function asideWhere(where: Prisma.Sql, key: Prisma.Sql, client: DbClient): Promise<Map<string, bigint>> {
  const rows = await client.$queryRaw<{ key: string; minor: bigint }[]>`
    SELECT ${key} AS key, sum(q.amount_minor)::bigint AS minor
    FROM ledger.quarantines q JOIN ledger.funds f ON f.id = q.fund_id WHERE ${where} GROUP BY 1`
  return new Map(rows.map((row) => [row.key, row.minor]))
}

function toFigures(rows: readonly RoleRow[], asideMinor: bigint): Figures {
  const currency = rows[0]?.currency ?? ''
  assertInvariant(
    rows.every((row) => row.currency === currency),
    'a total has one currency',
  )
  const sumOf = (wanted: (row: RoleRow) => boolean) =>
    rows.filter(wanted).reduce((total, { minor }) => total + minor, 0n)
  const debit = (...roles: AccountRole[]) => sumOf(({ role }) => roles.includes(role))
  const moneyMinor = sumOf(({ role, sent }) => MONEY_ROLES.includes(role) && !sent)
  const promisedMinor = debit('encumbrances') - asideMinor
  const stayed = -debit('contributions', 'refunds', 'disputes_lost')
  const figures: Figures = {
    currency,
    raisedMinor: -debit('contributions'),
    keptMinor: stayed > 0n ? stayed : 0n,
    coverMinor: -debit('fee_cover'),
    tipsMinor: -debit('tips'),
    stripeFeesMinor: debit('processing_fees'),
    disputeFeesMinor: debit('dispute_fees'),
    transferFeesMinor: debit('transfer_fees'),
    refundedMinor: debit('refunds'),
    disputedMinor: debit('disputes_lost'),
    sentMinor: sumOf(({ sent }) => sent) + debit('aid_granted'),
    confirmedMinor: debit('aid_granted'),
    promisedMinor,
    interfundMinor: -debit('interfund'),
    exchangeMinor: -debit('exchange', 'exchange_loss'),
    moneyMinor,
    leftMinor: moneyMinor - promisedMinor,
    owedByChapterMinor: debit('chapter_receivable'),
  }
  assertInvariant(equationMinor(figures) === moneyMinor, 'what came in less what went out is what is there')
  return figures
}

function equationMinor(f: Figures): bigint {
  const inMinor = f.raisedMinor + f.coverMinor + f.tipsMinor + f.interfundMinor + f.exchangeMinor
  const feesMinor = f.stripeFeesMinor + f.disputeFeesMinor + f.transferFeesMinor
  return inMinor - feesMinor - f.refundedMinor - f.disputedMinor - f.sentMinor
}

/**
 * What is promised in the campaign's own currency and is no money yet: single gifts whose payment is under way, and what
 * running monthly ones give in a month. A payment page that somebody opened counts nowhere: it costs nothing to open one,
 * so anybody could put any figure on a public page.
 */
async function pledgedOf(
  campaignId: string,
): Promise<Pick<CampaignFigures, 'pledgedMinor' | 'monthlyMinor' | 'monthlyCount'>> {
  const [row] = await db().$queryRaw<{ pledgedMinor: bigint; monthlyMinor: bigint; monthlyCount: number }[]>`
    SELECT coalesce(sum(p.amount_minor) FILTER (WHERE p.kind = 'once'), 0)::bigint AS "pledgedMinor",
      coalesce(sum(p.amount_minor) FILTER (WHERE p.kind = 'monthly'), 0)::bigint AS "monthlyMinor",
      (count(*) FILTER (WHERE p.kind = 'monthly'))::int AS "monthlyCount"
    FROM pledge p WHERE p.campaign_id = ${campaignId}::uuid
      AND (p.kind = 'monthly' AND p.status IN ('active', 'past_due') OR p.kind = 'once' AND p.status = 'pending'
        AND EXISTS (SELECT FROM donation d WHERE d.pledge_id = p.id AND d.status = 'started' AND d.processing_at IS NOT NULL))
      AND p.currency = (SELECT currency FROM campaign WHERE id = ${campaignId}::uuid)`
  return row ?? { pledgedMinor: 0n, monthlyMinor: 0n, monthlyCount: 0 }
}

async function tipsBeside(campaignId: string): Promise<bigint> {
  const [row] = await db().$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(CASE WHEN m.credit_role = 'tips' THEN m.amount_minor ELSE -m.amount_minor END), 0)::bigint AS minor
    FROM ledger.funds f
    JOIN ledger.funds general ON general.chapter_id = f.chapter_id AND general.campaign_id IS NULL
    JOIN ledger.transfers m ON m.fund_id = general.id AND 'tips' IN (m.credit_role, m.debit_role)
    WHERE f.id = (SELECT fund_id FROM campaign WHERE id = ${campaignId}::uuid)
      AND EXISTS (SELECT FROM ledger.transfers t WHERE t.entry_id = m.entry_id AND t.fund_id = f.id)`
  return row?.minor ?? 0n
}
