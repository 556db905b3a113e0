import { beforeAll, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { updateReceiptSettings } from '#lib/campaigns/update-receipt-settings.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { correctReceipts, issueMissingReceipts } from '#lib/donations/issue-due-receipts.ts'
import { issueReceipt } from '#lib/donations/issue-receipt.ts'
import { mailReceipt } from '#lib/donations/mail-receipt.ts'
import { receiptByToken } from '#lib/donations/read-receipt.ts'
import { recordOfflineGift } from '#lib/donations/record-offline-gift.ts'
import { renderReceiptPdf } from '#lib/donations/render-receipt.ts'
import { resendReceipt } from '#lib/donations/resend-receipt.ts'
import { reverseOfflineGift } from '#lib/donations/reverse-offline-gift.ts'
import { writeStatement } from '#lib/donations/write-statement.ts'
import { newId } from '#lib/ids.ts'
import { postRefund } from '#lib/ledger/post-refund.ts'
import { reverseEntry } from '#lib/ledger/reverse-entry.ts'
import { readPdf } from '#tests/support/read-pdf.ts'
import { giveSettled } from './giving.ts'
import { begin, makeCampaign, payAt, runJobs, settleAll, useWorld } from './world.ts'

const world = useWorld()
const admin: UserActor = { kind: 'user', userId: newId(), name: 'Ada', isAdmin: true, roles: [] }
const LAW = {
  legalName: 'River Mutual Aid, Inc.',
  country: 'US',
  registrationNumber: '12-3456789',
  deductibility: 'c3',
  ownSentence: '',
  goodsStatement: '',
}

beforeAll(async () => {
  await db().user.create({ data: { id: admin.userId, email: 'ada@chapter.example', name: 'Ada', isAdmin: true } })
})

function treasurer(chapterId: string): UserActor {
  return { kind: 'user', userId: newId(), name: 'Tom', isAdmin: false, roles: [{ chapterId, role: 'treasurer' }] }
}

function settings(chapterId: string, fields: Record<string, unknown> = {}) {
  return {
    ...{ chapterId, version: 1, address: '1 River Road\nPortland', signatureLine: 'Tom, treasurer', timeZone: 'UTC' },
    ...{ ...LAW, fiscalYearStartMonth: 1 },
    ...fields,
  }
}

async function refund(donationId: string, amountMinor: bigint): Promise<bigint> {
  const { fundId, entryId } = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  const posting = {
    ...{ idempotencyKey: `refund:${newId()}`, sourceType: 'refund', sourceId: donationId, effectiveAt: now() },
    ...{ actorId: 'system:stripe', fundId: fundId ?? 0n, giftEntryId: entryId ?? 0n, amountMinor },
  }
  return (await inTransaction((tx) => postRefund(tx, posting))).entryId
}

const mailsOf = (email: string) =>
  db().outboundMail.findMany({ where: { recipient: email, kind: 'receipt' }, orderBy: { createdAt: 'asc' } })
const latest = (donationId: string) =>
  db().receipt.findFirstOrThrow({ where: { donationId }, orderBy: { revision: 'desc' } })

test('the sentence on tax is the one that is right for the entity', () => {
  const c3 = writeStatement(LAW)
  for (const words of ['River Mutual Aid, Inc.', '501(c)(3)', 'EIN 12-3456789', 'No goods or services were provided'])
    expect(c3).toContain(words)
  const c4 = writeStatement({ ...LAW, deductibility: 'none' })
  expect(c4).toContain('not deductible as charitable contributions for federal income tax purposes')
  expect(c4).not.toContain('501(c)(3)')
  const elsewhere = writeStatement({ ...LAW, deductibility: 'none', country: 'DE' })
  expect(elsewhere).toMatch(/not tax-deductible/)
  expect(elsewhere).not.toContain('federal')
  const giftAid = writeStatement({ ...LAW, deductibility: 'giftaid', registrationNumber: '1000001' })
  expect(giftAid).toContain('25p for every £1')
  expect(giftAid).toContain('1000001')
  expect(writeStatement({ ...LAW, deductibility: 'other', ownSentence: 'Ask Oslo.' })).toBe('Ask Oslo.')
  const dinner = 'You got a dinner worth $20; the rest is your gift.'
  expect(writeStatement({ ...LAW, goodsStatement: dinner })).toContain(dinner)
  expect(writeStatement({ ...LAW, goodsStatement: dinner })).not.toContain('No goods')
})

test('receipts are numbered per chapter in one line without gaps, also when many are issued at once', async () => {
  const { campaign, chapter } = await makeCampaign()
  const other = await makeCampaign()
  const gifts = []
  for (let count = 0; count < 6; count += 1) gifts.push(await giveSettled(campaign.slug))
  const elsewhere = await giveSettled(other.campaign.slug)
  await Promise.all([...gifts, ...gifts].map(({ donationId }) => issueReceipt(donationId)))
  await issueReceipt(elsewhere.donationId)
  const receipts = await db().receipt.findMany({ where: { chapterId: chapter.id }, orderBy: { number: 'asc' } })
  expect(receipts.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6])
  expect((await latest(elsewhere.donationId)).number).toBe(1)
})

test('a number is not used up by a transaction that was undone, and the app cannot write one', async () => {
  const { campaign, chapter } = await makeCampaign()
  const [one, two] = [await giveSettled(campaign.slug), await giveSettled(campaign.slug)]
  await issueReceipt(one.donationId)
  const template = await latest(one.donationId)
  const asked = { ...template, id: newId(), donationId: two.donationId, number: 77, mailId: null }
  const { settledAt } = await db().donation.findUniqueOrThrow({ where: { id: two.donationId } })
  const undone = inTransaction(async (tx) => {
    await tx.receipt.create({ data: { ...asked, givenAt: settledAt ?? now() } })
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  const written = await db().receipt.create({ data: { ...asked, givenAt: settledAt ?? now() } })
  expect(written.number).toBe(2)
  await expect(
    db().receiptCounter.update({ where: { chapterId: chapter.id }, data: { lastNumber: 9 } }),
  ).rejects.toThrow()
  await expect(db().receipt.delete({ where: { id: written.id } })).rejects.toThrow()
  await expect(db().receipt.update({ where: { id: written.id }, data: { returnedMinor: 5n } })).rejects.toThrow(
    /as it was issued/,
  )
})

test('a receipt of amounts that were not given is refused by the database', async () => {
  const { campaign } = await makeCampaign()
  const gift = await giveSettled(campaign.slug)
  await issueReceipt(gift.donationId)
  const { id: _, ...row } = await latest(gift.donationId)
  const other = await giveSettled(campaign.slug)
  const forged = { ...row, donationId: other.donationId, giftMinor: 9_999n, mailId: null }
  await expect(db().receipt.create({ data: forged })).rejects.toThrow(/no such settled gift/)
})

test('a receipt keeps the text that was right when it was issued', async () => {
  const { campaign, chapter } = await makeCampaign()
  await updateReceiptSettings(admin, settings(chapter.id))
  const before = await giveSettled(campaign.slug)
  await issueReceipt(before.donationId)
  const changed = { version: 2, legalName: 'River Action Fund', deductibility: 'none', address: 'Elsewhere' }
  await updateReceiptSettings(admin, settings(chapter.id, changed))
  const after = await giveSettled(campaign.slug)
  await issueReceipt(after.donationId)
  await refund(before.donationId, 500n)
  await issueReceipt(before.donationId)
  expect(await receiptByToken(before.receiptToken)).toMatchObject({
    chapterLegalName: 'River Mutual Aid, Inc.',
    issued: {
      revision: 2,
      address: '1 River Road\nPortland',
      registrationNumber: '12-3456789',
      deductibleMinor: 2000n,
    },
  })
  expect(await receiptByToken(after.receiptToken)).toMatchObject({
    chapterLegalName: 'River Action Fund',
    issued: { deductibleMinor: 0n },
  })
})

test('a refund corrects the receipt under its number, and one that failed restores it; each is mailed once', async () => {
  const { campaign } = await makeCampaign()
  const gift = await giveSettled(campaign.slug, { amount: '25', coverFee: true, tip: '10', name: 'Ann' })
  await runJobs(world)
  const correct = async () => {
    await correctReceipts()
    await correctReceipts()
    await runJobs(world)
  }
  await refund(gift.donationId, 500n)
  await correct()
  const { giftMinor, coverMinor } = await db().donation.findUniqueOrThrow({
    where: { id: gift.donationId },
  })
  expect(await latest(gift.donationId)).toMatchObject({ number: 1, revision: 2, returnedMinor: 500n })
  const rest = await refund(gift.donationId, giftMinor + coverMinor - 500n)
  await correct()
  expect(await latest(gift.donationId)).toMatchObject({ number: 1, revision: 3, returnedMinor: giftMinor + coverMinor })
  await inTransaction((tx) =>
    reverseEntry(tx, {
      ...{ idempotencyKey: `failed:${newId()}`, sourceType: 'refund', sourceId: 'failed', effectiveAt: now() },
      ...{ actorId: 'system:stripe', entryId: rest },
    }),
  )
  await correct()
  expect(await latest(gift.donationId)).toMatchObject({ number: 1, revision: 4, returnedMinor: 500n })
  const mails = await mailsOf(gift.email)
  expect(mails.map(({ subject }) => subject.replace(/\$[\d.]+/, '$'))).toEqual([
    expect.stringMatching(/^Your gift of \$ to/),
    expect.stringMatching(/^Corrected receipt: \$/),
    expect.stringMatching(/^Corrected receipt: \$/),
    expect.stringMatching(/^Corrected receipt: \$/),
  ])
})

test('a receipt whose gift went back whole is void, on the page, in the mail and in the PDF', async () => {
  const { campaign } = await makeCampaign()
  const gift = await giveSettled(campaign.slug, { amount: '40' })
  await runJobs(world)
  await refund(gift.donationId, 4000n)
  await mailReceipt({ donationId: gift.donationId })
  const view = await receiptByToken(gift.receiptToken)
  expect(view).toMatchObject({ returnedMinor: 4000n, totalMinor: 4000n, issued: { deductibleMinor: 0n } })
  expect(view?.returns).toMatchObject([{ kind: 'refund', amountMinor: 4000n }])
  expect((await mailsOf(gift.email)).at(-1)?.subject).toMatch(/is void/)
  const { text } = readPdf((await renderReceiptPdf(gift.receiptToken))?.bytes ?? Buffer.alloc(0))
  expect(text).toContain('Void receipt')
  expect(text).not.toMatch(/deductible/)
})

test('a gift that a treasurer entered has the day it came, in any time zone; taken back, its receipt is void', async () => {
  const { campaign, chapter } = await makeCampaign()
  await updateReceiptSettings(admin, settings(chapter.id, { timeZone: 'America/Los_Angeles' }))
  const actor = treasurer(chapter.id)
  const email = `cheque-${newId().slice(-8)}@example.org`
  const donationId = await recordOfflineGift(actor, {
    ...{ campaignId: campaign.id, submissionKey: newId().replaceAll('-', ''), amount: '120', method: 'cheque' },
    ...{ receivedOn: '2026-01-01', email, name: 'Ida' },
  })
  await runJobs(world)
  const { receiptToken } = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  const view = await receiptByToken(receiptToken)
  expect(view).toMatchObject({ givenOn: '1 January 2026', paidBy: 'cheque', issued: { deductibleMinor: 12_000n } })
  expect((await mailsOf(email))[0]?.text).toContain('1 January 2026')
  await reverseOfflineGift(actor, { donationId, reason: 'Typed twice' })
  // From that moment on, before anything was corrected: neither the page nor the PDF reads as a receipt.
  expect(await receiptByToken(receiptToken)).toMatchObject({ returnedMinor: 12_000n, totalMinor: 12_000n })
  const { text } = readPdf((await renderReceiptPdf(receiptToken))?.bytes ?? Buffer.alloc(0))
  expect(text).toContain('Void receipt')
  expect(text).toContain('entered by mistake')
  expect(text).not.toMatch(/deductible/)
  await correctReceipts()
  await runJobs(world)
  expect(await receiptByToken(receiptToken)).toMatchObject({
    returnedMinor: 12_000n,
    returns: [{ kind: 'correction' }],
  })
  expect((await mailsOf(email)).map(({ subject }) => subject).at(-1)).toMatch(/is void: it was a mistake of ours/)
})

test('a gift in another currency than the fund’s is receipted, and corrected, in the currency it was given in', async () => {
  await world.control('PUT', 'settlement', { currencies: ['usd'], rates: { eur: '1.1' } })
  const { campaign } = await makeCampaign({ currency: 'EUR' })
  const gift = await giveSettled(campaign.slug, { amount: '25' })
  await runJobs(world)
  const { chargeId } = await db().donation.findUniqueOrThrow({ where: { id: gift.donationId } })
  expect(await receiptByToken(gift.receiptToken)).toMatchObject({
    ...{ currency: 'EUR', totalMinor: 2500n, settledCurrency: 'USD', settledMinor: 2750n },
    issued: { deductibleMinor: 2500n },
    purse: { campaign: { slug: campaign.slug }, rerouted: false },
  })
  // It lies in the campaign's own purse of dollars, and nothing had ended.
  const { text } = readPdf((await renderReceiptPdf(gift.receiptToken))?.bytes ?? Buffer.alloc(0))
  expect(text.replaceAll('\n', ' ')).toContain(`The purse of ${campaign.title} in USD`)
  const [mail] = await mailsOf(gift.email)
  expect(mail?.text).toContain(`the purse of ${campaign.title} in USD`)
  expect(mail?.text).not.toContain('had ended')
  for (const [amount, returnedMinor] of [
    [500, 500n],
    [2000, 2500n],
  ] as const) {
    await world.control('POST', 'refunds', { charge: chargeId, amount })
    await settleAll(world)
    await correctReceipts()
    await runJobs(world)
    expect(await latest(gift.donationId)).toMatchObject({ currency: 'EUR', returnedMinor })
  }
  await world.control('PUT', 'settlement', { currencies: [], rates: {} })
})

test('a gift that the surplus rule sent on says into whose purse, and why, on the page, in the mail and in the PDF', async () => {
  const { campaign, chapter } = await makeCampaign({ surplusRule: 'chapter_general_fund' })
  const email = 'after-the-end@example.org'
  const gift = await begin(campaign.slug, { email })
  await db().campaign.update({ where: { id: campaign.id }, data: { status: 'closed' } })
  await payAt(gift.checkoutUrl)
  await settleAll(world)
  const name = `the general purse of ${chapter.name}`
  expect(await receiptByToken(gift.receiptToken)).toMatchObject({ purse: { campaign: null, rerouted: true, name } })
  expect((await mailsOf(email))[0]?.text).toContain(`${name}, because the campaign had ended`)
  const { text } = readPdf((await renderReceiptPdf(gift.receiptToken))?.bytes ?? Buffer.alloc(0))
  expect(text.replaceAll('\n', ' ')).toContain(`The general purse of ${chapter.name}`)
})

test.each([
  ['none', { country: 'US' }, 'not deductible as charitable contributions for federal income tax purposes'],
  ['none', { country: 'DE', registrationNumber: '' }, 'is not registered as a charity'],
  ['giftaid', { country: 'GB', registrationNumber: '1000001' }, 'it can claim 25p for every £1 you gave'],
  [
    'other',
    { country: 'NO', registrationNumber: '', ownSentence: 'Ask the tax office in Oslo.' },
    'Ask the tax office in Oslo.',
  ],
])('the mail and the PDF of a chapter with %s say what is right for it: %o', async (deductibility, law, words) => {
  const { campaign, chapter } = await makeCampaign()
  await db().chapter.update({ where: { id: chapter.id }, data: { country: law.country } })
  await updateReceiptSettings(admin, settings(chapter.id, { deductibility, ...law }))
  const gift = await giveSettled(campaign.slug, { amount: '30' })
  await runJobs(world)
  const { text } = readPdf((await renderReceiptPdf(gift.receiptToken))?.bytes ?? Buffer.alloc(0))
  const [mail] = await mailsOf(gift.email)
  for (const written of [text, mail?.text ?? '']) {
    const line = written.replaceAll(/\s+/g, ' ')
    expect(line).toContain(words)
    expect(line).not.toContain('501(c)(3)')
    expect(line).not.toContain('tax-deductible to the extent')
  }
})

test('gifts that have no receipt yet get one in the order they came, without a mail', async () => {
  const { campaign, chapter } = await makeCampaign()
  const gifts = []
  for (let count = 0; count < 3; count += 1) gifts.push(await giveSettled(campaign.slug))
  const ids = gifts.map(({ donationId }) => donationId)
  const mailsBefore = await db().outboundMail.count()
  const owner = await world.database.asOwner()
  // As an installation of before: the gifts came hours ago, the last one first.
  await owner.query('ALTER TABLE donation DISABLE TRIGGER USER')
  for (const [index, id] of ids.entries()) {
    await owner.query(`UPDATE donation SET settled_at = now() - make_interval(hours => $2) WHERE id = $1`, [
      id,
      index + 1,
    ])
  }
  await owner.query('ALTER TABLE donation ENABLE TRIGGER USER')
  await refund(ids[1] ?? '', 100n)
  await issueMissingReceipts()
  await issueMissingReceipts()
  const receipts = await db().receipt.findMany({ where: { chapterId: chapter.id }, orderBy: { number: 'asc' } })
  expect(receipts.map(({ donationId, returnedMinor }) => [donationId, returnedMinor])).toEqual([
    [ids[2], 0n],
    [ids[0], 0n],
    [ids[1], 100n],
  ])
  expect(await db().outboundMail.count()).toBe(mailsBefore)
})

test('the PDF is tagged, titled and in its language; its text can be copied, also in Ukrainian, and its fonts are in it', async () => {
  const { campaign, chapter } = await makeCampaign()
  await updateReceiptSettings(admin, settings(chapter.id))
  const gift = await giveSettled(campaign.slug, {
    amount: '1,250.00',
    name: 'Ївга Щербань 王',
    coverFee: true,
    tip: '5',
  })
  await issueReceipt(gift.donationId)
  const file = await renderReceiptPdf(gift.receiptToken)
  const pdf = readPdf(file?.bytes ?? Buffer.alloc(0))
  const all = [...pdf.objects.values()].join('\n')
  expect(pdf.catalog).toContain('/Lang (en-GB)')
  expect(all).toMatch(/\/DisplayDocTitle true/)
  expect(all).toMatch(/\/Marked true/)
  expect(all).toMatch(/<pdfuaid:part>1</)
  expect(file?.fileName).toMatch(/^receipt-CHAPTER-.*-000001\.pdf$/)
  expect(pdf.tags.slice(0, 1)).toEqual(['Document'])
  expect(new Set(pdf.tags)).toEqual(new Set(['Document', 'H1', 'H2', 'P', 'Table', 'TR', 'TH', 'TD']))
  const fonts = [...pdf.objects.values()].filter((text) => text.includes('/Type /FontDescriptor'))
  expect(fonts.length).toBeGreaterThan(0)
  for (const font of fonts) expect(font).toMatch(/\/FontFile2 \d+ 0 R/)
  expect(pdf.text).not.toContain('\ufffd')
  for (const words of [
    'Ївга Щербань Wang',
    'River Mutual Aid, Inc.',
    'EIN 12-3456789',
    '1 River Road',
    'USD',
    'Tom, treasurer',
  ])
    expect(pdf.text).toContain(words)
  expect(pdf.text.replaceAll('\n', ' ')).toContain('No goods or services were provided')
})

test('nobody but a treasurer of the chapter mails a receipt again, and another chapter’s is not found and leaves a line', async () => {
  const { campaign, chapter } = await makeCampaign()
  const gift = await giveSettled(campaign.slug)
  const { donationId } = gift
  const before = (await mailsOf(gift.email)).length
  for (const actor of [
    { kind: 'guest' } as const,
    admin,
    treasurer(newId()),
    { ...treasurer(chapter.id), roles: [{ chapterId: chapter.id, role: 'organizer' as const }] },
  ])
    await expect(resendReceipt(actor, { donationId })).rejects.toMatchObject({ code: 'not_found' })
  await expect(resendReceipt(treasurer(chapter.id), { donationId: newId() })).rejects.toMatchObject({
    code: 'not_found',
  })
  const lines = await db().auditEvent.findMany({ where: { subjectId: donationId, action: 'access.refuse' } })
  expect(lines).toHaveLength(3)
  await resendReceipt(treasurer(chapter.id), { donationId })
  expect((await mailsOf(gift.email)).length).toBe(before + 1)
  expect(await db().auditEvent.count({ where: { subjectId: donationId, action: 'receipt.resend' } })).toBe(1)
})

test('a receipt is mailed again at most three times an hour', async () => {
  const { campaign, chapter } = await makeCampaign()
  const { donationId } = await giveSettled(campaign.slug)
  const actor = treasurer(chapter.id)
  for (let count = 0; count < 3; count += 1) await resendReceipt(actor, { donationId })
  await expect(resendReceipt(actor, { donationId })).rejects.toMatchObject({ code: 'rate_limited' })
})

test('settings that would make a wrong receipt are refused at their fields', async () => {
  const { chapter } = await makeCampaign()
  const wrong = async (fields: Record<string, unknown>) =>
    Object.keys(
      await updateReceiptSettings(admin, settings(chapter.id, fields)).then(
        () => ({}),
        (error: { fieldErrors: object }) => error.fieldErrors,
      ),
    )
  expect(await wrong({ registrationNumber: '123' })).toEqual(['registrationNumber'])
  expect(await wrong({ deductibility: 'giftaid', registrationNumber: '' })).toEqual(['registrationNumber'])
  expect(await wrong({ deductibility: 'other', ownSentence: '' })).toEqual(['ownSentence'])
  expect(await wrong({ fiscalYearStartMonth: 13 })).toEqual(['fiscalYearStartMonth'])
  expect(await wrong({ timeZone: 'Mars/Olympus' })).toEqual(['timeZone'])
  expect(await wrong({ legalName: 'x'.repeat(300), deductibility: 'maybe' })).toEqual(['legalName', 'deductibility'])
  expect(await db().receiptSettings.count({ where: { chapterId: chapter.id } })).toBe(1)
})

test('settings are an administrator’s, are kept in versions, and one that somebody changed meanwhile is not overwritten', async () => {
  const { chapter } = await makeCampaign()
  await expect(updateReceiptSettings(treasurer(chapter.id), settings(chapter.id))).rejects.toMatchObject({
    code: 'not_found',
  })
  const both = await Promise.allSettled([
    updateReceiptSettings(admin, settings(chapter.id, { legalName: 'First' })),
    updateReceiptSettings(admin, settings(chapter.id, { legalName: 'Second' })),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await updateReceiptSettings(admin, settings(chapter.id, { version: 2, legalName: 'Third Name' }))
  const versions = await db().receiptSettings.findMany({
    where: { chapterId: chapter.id },
    orderBy: { version: 'asc' },
  })
  expect(versions.map(({ version }) => version)).toEqual([1, 2, 3])
  expect(versions[2]).toMatchObject({ legalName: 'Third Name', createdById: admin.userId })
  expect(await db().chapter.findUnique({ where: { id: chapter.id } })).toMatchObject({ legalName: 'Third Name' })
  await expect(
    db().receiptSettings.update({ where: { id: versions[0]?.id ?? '' }, data: { address: 'x' } }),
  ).rejects.toThrow()
  expect(await db().auditEvent.count({ where: { action: 'chapter.change_receipts', subjectId: chapter.id } })).toBe(2)
})
