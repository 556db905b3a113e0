import { afterEach, expect, test } from 'vitest'
import { requestSignIn } from '#lib/auth/request-sign-in.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { now, replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { fiscalYearDays, fiscalYearName, fiscalYearOf } from '#lib/donations/count-years.ts'
import { issueReceipt } from '#lib/donations/issue-receipt.ts'
import { donorOfSession, endGivingSession, openGivingLink } from '#lib/donations/open-giving-link.ts'
import { readGiving } from '#lib/donations/read-giving.ts'
import { readSummary } from '#lib/donations/read-summary.ts'
import { renderSummaryPdf } from '#lib/donations/render-summary.ts'
import { requestGivingLink } from '#lib/donations/request-giving-link.ts'
import { resendOwnReceipt } from '#lib/donations/resend-receipt.ts'
import { mailYearSummaries, sendYearSummaries } from '#lib/donations/send-year-summaries.ts'
import { verifyPledgeToken } from '#lib/donations/sign-pledge-link.ts'
import { newId, newToken } from '#lib/ids.ts'
import { listReturns } from '#lib/ledger/list-returns.ts'
import { postRefund } from '#lib/ledger/post-refund.ts'
import { formatMoney } from '#lib/money/format.ts'
import { readPdf } from '#tests/support/read-pdf.ts'
import { giveSettled } from './giving.ts'
import { GUEST, makeCampaign, useWorld } from './world.ts'

const world = useWorld()
const admin: UserActor = { kind: 'user', userId: newId(), name: 'Ada', isAdmin: true, roles: [] }
const MINUTE_MS = 60_000
let restoreClock = () => {}
afterEach(() => restoreClock())

function later(minutes: number): void {
  restoreClock()
  const at = new Date(Date.now() + minutes * MINUTE_MS)
  restoreClock = replaceClock(() => at)
}

const newSender = () => `2001:db8::${newId().slice(-4)}`

/** The token of the newest mail to this address, as its reader has it. */
async function mailedToken(email: string): Promise<string> {
  const mail = await db().outboundMail.findFirstOrThrow({ where: { recipient: email }, orderBy: { createdAt: 'desc' } })
  return /\/giving\/([\w-]{43})/.exec(mail.text)?.[1] ?? ''
}

async function openPage(email: string): Promise<string> {
  await requestGivingLink(GUEST, { email }, newSender())
  const session = await openGivingLink(GUEST, { token: await mailedToken(email) }, newSender())
  return session?.sessionToken ?? ''
}

test('who gave gets a link; nobody else gets a mail, and the answer is the same', async () => {
  const { campaign } = await makeCampaign()
  const { email } = await giveSettled(campaign.slug)
  const before = await db().outboundMail.count()
  const unknown = await requestGivingLink(GUEST, { email: 'nobody@example.org' }, newSender())
  expect(await db().outboundMail.count()).toBe(before)
  const known = await requestGivingLink(GUEST, { email: ` ${email.toUpperCase()} ` }, newSender())
  expect(known).toEqual(unknown)
  expect(await db().outboundMail.count()).toBe(before + 1)
  await expect(requestGivingLink(GUEST, { email: 'a@b' }, newSender())).rejects.toMatchObject({ code: 'invalid_input' })
})

test('links can be asked for five times, for an address that gave and for one that did not', async () => {
  const { campaign } = await makeCampaign()
  const { email } = await giveSettled(campaign.slug)
  for (const address of [email, 'stranger@example.org']) {
    for (let count = 0; count < 5; count += 1) await requestGivingLink(GUEST, { email: address }, newSender())
    await expect(requestGivingLink(GUEST, { email: address }, newSender())).rejects.toMatchObject({
      code: 'rate_limited',
    })
  }
})

test('senders who are known are counted by themselves, and those who are not share no count', async () => {
  const ask = (sender: string | null) =>
    requestGivingLink(GUEST, { email: `nobody-${newId().slice(-10)}@example.org` }, sender)
  const open = (sender: string | null) => openGivingLink(GUEST, { token: newToken() }, sender)
  const signIn = (sender: string | null) =>
    requestSignIn(GUEST, { email: `nobody-${newId().slice(-10)}@example.org` }, sender)
  for (const [work, points] of [
    [ask, 50],
    [open, 100],
    [signIn, 50],
  ] as const) {
    const sender = newSender()
    for (let tries = 0; tries < points; tries += 1) await work(sender)
    await expect(work(sender)).rejects.toMatchObject({ code: 'rate_limited' })
    await work(newSender())
    for (const nobody of [null, 'unknown']) for (let tries = 0; tries <= points; tries += 1) await work(nobody)
  }
}, 120_000)

test('a link opens the page once, also when two open it at the same moment', async () => {
  const { campaign } = await makeCampaign()
  const { email, donorId } = await giveSettled(campaign.slug)
  await requestGivingLink(GUEST, { email }, newSender())
  const token = await mailedToken(email)
  const opened = await Promise.all([1, 2, 3, 4].map(() => openGivingLink(GUEST, { token }, newSender())))
  const [session, ...rest] = opened.filter((one) => one !== null)
  expect(rest).toEqual([])
  expect(await openGivingLink(GUEST, { token }, newSender())).toBeNull()
  expect(await donorOfSession(session?.sessionToken)).toEqual({ donorId })
})

test('a link ends after 30 minutes and a session after two hours', async () => {
  const { campaign } = await makeCampaign()
  const { email, donorId } = await giveSettled(campaign.slug)
  await requestGivingLink(GUEST, { email }, newSender())
  const late = await mailedToken(email)
  later(31)
  expect(await openGivingLink(GUEST, { token: late }, newSender())).toBeNull()
  restoreClock()
  const session = await openPage(email)
  later(119)
  expect(await donorOfSession(session)).toEqual({ donorId })
  later(121)
  expect(await donorOfSession(session)).toBeNull()
})

test('a closed page stays closed, and made-up tokens open nothing', async () => {
  const { campaign } = await makeCampaign()
  const { email } = await giveSettled(campaign.slug)
  const session = await openPage(email)
  await endGivingSession(GUEST, session)
  expect(await donorOfSession(session)).toBeNull()
  for (const token of [undefined, '', 'x', newToken(), "' OR true --", session, { a: 1 }])
    expect(await openGivingLink(GUEST, { token }, newSender())).toBeNull()
})

test('a link is no session and a session is no link', async () => {
  const { campaign } = await makeCampaign()
  const { email } = await giveSettled(campaign.slug)
  await requestGivingLink(GUEST, { email }, newSender())
  const token = await mailedToken(email)
  expect(await donorOfSession(token)).toBeNull()
  const session = await openPage(email)
  expect(await openGivingLink(GUEST, { token: session }, newSender())).toBeNull()
  expect(await donorOfSession(session)).not.toBeNull()
})

test('the tokens stand in no table but in the mail that carries one', async () => {
  const { campaign } = await makeCampaign()
  const { email } = await giveSettled(campaign.slug)
  await requestGivingLink(GUEST, { email }, newSender())
  const token = await mailedToken(email)
  const session = (await openGivingLink(GUEST, { token }, newSender()))?.sessionToken ?? ''
  const owner = await world.database.asOwner()
  const { rows: tables } = await owner.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'ledger')`,
  )
  const holding: string[] = []
  for (const { name } of tables) {
    const { rowCount } = await owner.query(
      `SELECT 1 FROM ${name} t WHERE t::text LIKE '%' || $1 || '%' OR t::text LIKE '%' || $2 || '%' LIMIT 1`,
      [token, session],
    )
    if (rowCount) holding.push(name)
  }
  expect(holding).toEqual(['public.outbound_mail'])
})

test('the own page has everything of one donor and nothing of another', async () => {
  const { campaign } = await makeCampaign()
  const email = `ana-${newId().slice(-8)}@example.org`
  const mine = await giveSettled(campaign.slug, { email, amount: '25', coverFee: true, tip: '10' })
  const second = await giveSettled(campaign.slug, { email, amount: '10' })
  const theirs = await giveSettled(campaign.slug, { amount: '77' })
  for (const { donationId } of [mine, second, theirs]) await issueReceipt(donationId)
  const giving = await readGiving(mine.donorId)
  expect(giving?.email).toBe(email)
  expect(giving?.gifts.map(({ donationId }) => donationId).sort()).toEqual([mine.donationId, second.donationId].sort())
  expect(giving?.years).toMatchObject([{ count: 2, currency: 'USD', returnedMinor: 0n, isYearOver: false }])
  const session = await openPage(email)
  const asked = { session, donationId: theirs.donationId }
  await expect(resendOwnReceipt(GUEST, asked)).rejects.toMatchObject({ code: 'not_found' })
  const closed = { session: newToken(), donationId: mine.donationId }
  await expect(resendOwnReceipt(GUEST, closed)).rejects.toMatchObject({ code: 'not_found' })
  await resendOwnReceipt(GUEST, { session, donationId: mine.donationId })
  expect(await db().outboundMail.count({ where: { recipient: email, kind: 'receipt' } })).toBe(1)
  expect(await db().auditEvent.count({ where: { action: 'receipt.resend', subjectId: mine.donationId } })).toBe(1)
})

test('a monthly gift is on the own page with the way to change it, and one that never began is not', async () => {
  const { campaign } = await makeCampaign()
  const { donorId } = await giveSettled(campaign.slug)
  const facts = { campaignId: campaign.id, donorId, kind: 'monthly' as const, currency: 'USD', amountMinor: 2000n }
  const pledge = await db().pledge.create({ data: { ...facts, tipMinor: 100n, status: 'active' } })
  await db().pledge.create({ data: { ...facts, status: 'pending' } })
  const pledges = (await readGiving(donorId))?.pledges ?? []
  expect(pledges).toMatchObject([{ id: pledge.id, status: 'active', amountMinor: 2100n }])
  expect(verifyPledgeToken(pledges[0]?.href.replace('/pledges/', '') ?? '')).toBe(pledge.id)
})

test('the sum of a year is the sum of its receipts and of the ledger, refunds included', async () => {
  const { campaign, chapter } = await makeCampaign()
  const email = `sum-${newId().slice(-8)}@example.org`
  const gifts = [
    await giveSettled(campaign.slug, { email, amount: '25', coverFee: true, tip: '10' }),
    await giveSettled(campaign.slug, { email, amount: '10.55' }),
    await giveSettled(campaign.slug, { email, amount: '40' }),
  ]
  const [first, , third] = gifts
  for (const [gift, amountMinor] of [
    [first, 300n],
    [third, 4000n],
  ] as const) {
    const { fundId, entryId } = await db().donation.findUniqueOrThrow({ where: { id: gift?.donationId ?? '' } })
    const posting = {
      ...{ idempotencyKey: `refund:${newId()}`, sourceType: 'refund', sourceId: 'r', effectiveAt: now() },
      ...{ actorId: 'system:stripe', fundId: fundId ?? 0n, giftEntryId: entryId ?? 0n, amountMinor },
    }
    await inTransaction((tx) => postRefund(tx, posting))
  }
  for (const { donationId } of gifts) await issueReceipt(donationId)
  const donorId = first?.donorId ?? ''
  const year = now().getUTCFullYear()
  const summary = await readSummary(donorId, { chapterSlug: chapter.slug, year })
  const [total] = summary?.totals ?? []

  const receipts = await db().$queryRaw<{ keptMinor: bigint }[]>`
    SELECT sum(gift_minor + cover_minor + tip_minor - returned_minor)::bigint AS "keptMinor" FROM (
      SELECT DISTINCT ON (r.donation_id) r.* FROM receipt r JOIN donation d ON d.id = r.donation_id
      WHERE d.donor_id = ${donorId}::uuid ORDER BY r.donation_id, r.revision DESC) latest`
  const entries = (await db().donation.findMany({ where: { donorId } })).map(({ entryId }) => entryId ?? 0n)
  const [booked] = await db().$queryRaw<{ minor: bigint }[]>`
    SELECT sum(amount_minor)::bigint AS minor FROM ledger.transfers
    WHERE entry_id = ANY (${entries}::bigint[]) AND credit_role IN ('contributions', 'fee_cover', 'tips')`
  const returned = await listReturns(db(), entries)
  const ledgerMinor = (booked?.minor ?? 0n) - returned.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  expect(total?.keptMinor).toBe(receipts[0]?.keptMinor)
  expect(total?.keptMinor).toBe(ledgerMinor)
  expect(total).toMatchObject({ count: 3, returnedMinor: 4300n })
  expect(total?.deductibleMinor).toBe(total?.keptMinor)
  expect(summary?.gifts.filter(({ keptMinor }) => keptMinor === 0n)).toHaveLength(1)

  const file = await renderSummaryPdf(donorId, { chapterSlug: chapter.slug, year })
  const { text, tags, catalog } = readPdf(file?.bytes ?? Buffer.alloc(0))
  const money = (minor: bigint) => formatMoney(minor, 'USD', { showCode: true })
  for (const words of ['Total', money(total?.keptMinor ?? 0n), money(-4300n)]) expect(text.split('\n')).toContain(words)
  expect(text.match(/CHAPTER-/g)).toHaveLength(3)
  expect(tags).toContain('Table')
  expect(catalog).toContain('/Lang')
})

test('another donor’s summary is not found, nor one of no gifts, of no chapter or of no year', async () => {
  const { campaign, chapter } = await makeCampaign()
  const mine = await giveSettled(campaign.slug)
  const theirs = await giveSettled((await makeCampaign()).campaign.slug)
  const year = now().getUTCFullYear()
  const find = (chapterSlug: string, asked: number) => readSummary(theirs.donorId, { chapterSlug, year: asked })
  expect(await readSummary(mine.donorId, { chapterSlug: chapter.slug, year })).not.toBeNull()
  expect(await find(chapter.slug, year)).toBeNull()
  expect(await find('no-such-chapter', year)).toBeNull()
  for (const asked of [year - 1, year + 1, Number.NaN, 1e21, -1, year + 0.5])
    expect(await readSummary(mine.donorId, { chapterSlug: chapter.slug, year: asked })).toBeNull()
})

test('a gift is of the fiscal year that the chapter’s own calendar says', () => {
  const newYork = { fiscalYearStartMonth: 1, timeZone: 'America/New_York' }
  expect(fiscalYearOf(new Date('2027-01-01T04:59:59Z'), newYork)).toBe(2026)
  expect(fiscalYearOf(new Date('2027-01-01T05:00:00Z'), newYork)).toBe(2027)
  const auckland = { fiscalYearStartMonth: 4, timeZone: 'Pacific/Auckland' }
  expect(fiscalYearOf(new Date('2026-03-31T10:59:59Z'), auckland)).toBe(2025)
  expect(fiscalYearOf(new Date('2026-03-31T11:00:00Z'), auckland)).toBe(2026)
  const kathmandu = { fiscalYearStartMonth: 7, timeZone: 'Asia/Kathmandu' }
  expect(fiscalYearOf(new Date('2026-06-30T18:14:59Z'), kathmandu)).toBe(2025)
  expect(fiscalYearOf(new Date('2026-06-30T18:15:00Z'), kathmandu)).toBe(2026)
  expect(fiscalYearDays(2025, 7)).toEqual({ first: '1 July 2025', last: '30 June 2026' })
  expect(fiscalYearDays(2027, 3)).toEqual({ first: '1 March 2027', last: '29 February 2028' })
  expect([fiscalYearName(2026, 1), fiscalYearName(2099, 7)]).toEqual(['2026', '2099/00'])
})

test('a gift at the turn of the year is in one summary, the one of the chapter’s calendar', async () => {
  const { campaign, chapter } = await makeCampaign()
  await db().receiptSettings.create({
    data: {
      ...{ chapterId: chapter.id, version: 2, legalName: 'River', country: 'US', deductibility: 'c3' },
      ...{ fiscalYearStartMonth: 7, timeZone: 'Pacific/Auckland' },
    },
  })
  const gift = await giveSettled(campaign.slug)
  const owner = await world.database.asOwner()
  await owner.query('ALTER TABLE donation DISABLE TRIGGER USER')
  const find = (year: number) => readSummary(gift.donorId, { chapterSlug: chapter.slug, year })
  // The last and the first second of a July in Auckland, twelve hours ahead of UTC.
  for (const [at, year] of [
    ['2026-06-30T11:59:59Z', 2025],
    ['2026-06-30T12:00:00Z', 2026],
  ] as const) {
    await owner.query('UPDATE donation SET settled_at = $1 WHERE id = $2', [at, gift.donationId])
    expect((await find(year))?.gifts).toHaveLength(1)
    expect(await find(year === 2025 ? 2026 : 2025)).toBeNull()
  }
  await owner.query('ALTER TABLE donation ENABLE TRIGGER USER')
})

test('the summaries of a year go to each donor once, however often they are started, and only after the year', async () => {
  const { campaign, chapter } = await makeCampaign()
  const emails = [1, 2, 3].map((index) => `year-${index}-${newId().slice(-8)}@example.org`)
  for (const email of [...emails, emails[0] ?? '']) {
    const { donationId } = await giveSettled(campaign.slug, { email })
    await issueReceipt(donationId)
  }
  const year = now().getUTCFullYear()
  const asked = { chapterId: chapter.id, year }
  await expect(sendYearSummaries(admin, asked)).rejects.toMatchObject({ code: 'wrong_state' })
  await expect(sendYearSummaries({ ...admin, isAdmin: false }, asked)).rejects.toMatchObject({ code: 'not_found' })
  later(370 * 24 * 60)
  await sendYearSummaries(admin, asked)
  await Promise.all([mailYearSummaries(asked), mailYearSummaries(asked)])
  await mailYearSummaries(asked)
  const mails = await db().outboundMail.findMany({ where: { kind: 'year-summary', recipient: { in: emails } } })
  expect(mails.map(({ recipient }) => recipient).sort()).toEqual([...emails].sort())
  expect(mails.find(({ recipient }) => recipient === emails[0])?.text).toContain('2 gifts')
  const session = await openGivingLink(GUEST, { token: await mailedToken(emails[0] ?? '') }, newSender())
  expect(session?.landsOn).toBe(`/giving/summary/${chapter.slug}/${year}`)
  expect(await db().auditEvent.count({ where: { action: 'chapter.send_summaries', subjectId: chapter.id } })).toBe(1)
})
