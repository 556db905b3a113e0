import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { findProof } from '#components/donations/find-proof.ts'
import { issueChallenge, verifyProof } from '#lib/auth/issue-challenge.ts'
import { readSender } from '#lib/auth/read-sender.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { BREAKER_LIMITS, CAMPAIGN_LIMITS, DECLINES_PER_PAGE_MAX, GIVER_LIMITS } from '#lib/donations/check-limits.ts'
import { countDecline } from '#lib/donations/count-decline.ts'
import { forgetTries } from '#lib/donations/count-tries.ts'
import { challengeFor, readDefence } from '#lib/donations/read-defence.ts'
import { setDefence } from '#lib/donations/set-defence.ts'
import { startDonation } from '#lib/donations/start-donation.ts'
import { resetEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { stripe } from '#lib/stripe/client.ts'
import { begin, GUEST, giving, makeCampaign, payAt, sessionIdOf, settleAll, useWorld } from './world.ts'

const world = useWorld()
const ADMIN: UserActor = { kind: 'user', userId: newId(), name: 'Ada', isAdmin: true, roles: [] }
const nothing = { sender: null, proof: null, turnstile: null }

afterEach(async () => {
  await db().cardTry.deleteMany()
  await db().givingDefence.update({ where: { id: 1 }, data: { mode: 'auto', trippedUntil: null, trippedReason: null } })
  for (const name of ['TRUSTED_PROXY_HOPS', 'TURNSTILE_SITE_KEY', 'TURNSTILE_SECRET_KEY', 'TURNSTILE_URL'])
    delete process.env[name]
  resetEnv()
})

/** The work that a browser does. */
function prove(campaignId: string): string {
  const work = issueChallenge(campaignId)
  const number = findProof(work, 0, 10_000_000)
  return `${work.token}.${number}`
}

/** Tries of others, as if they had been counted in the last minutes. */
async function plantTries(
  kind: 'begun' | 'declined',
  count: number,
  of: { campaignId?: string; senderKey?: string } = {},
) {
  const at = new Date(Date.now() - 60_000)
  const data = Array.from({ length: count }, () => ({
    ...{
      id: newId(),
      kind,
      emailKey: newId(),
      campaignId: of.campaignId ?? newId(),
      senderKey: of.senderKey ?? null,
      at,
    },
  }))
  await db().cardTry.createMany({ data })
}

async function refusalOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  return work.then(
    () => ({ code: 'none', message: '' }),
    (error: { code: string; message: string }) => error,
  )
}

test('the browser’s work is real work: right for this purpose, once found, and for nothing else', () => {
  const campaignId = newId()
  const proof = prove(campaignId)
  expect(verifyProof(proof, campaignId)).toMatch(/^[\w-]{22}$/)
  expect(verifyProof(proof, newId())).toBeNull()
  expect(verifyProof(proof.replace(/\d+$/, '1'), campaignId)).toBeNull()
  expect(verifyProof(proof.replace(/\.\d+\./, '.99999999999999.'), campaignId)).toBeNull()
  for (const junk of ['', '.', '....', 'a.b.c.d', `${proof}.1`, 'x'.repeat(5_000)])
    expect(verifyProof(junk, campaignId)).toBeNull()
  const restore = replaceClock(() => new Date(Date.now() + 3 * 3_600_000))
  expect(verifyProof(proof, campaignId)).toBeNull()
  restore()
})

test('a sender is read from behind our own proxies only', () => {
  expect(readSender('6.6.6.6, 1.2.3.4')).toBeNull()
  process.env['TRUSTED_PROXY_HOPS'] = '1'
  resetEnv()
  expect(readSender('6.6.6.6, 1.2.3.4')).toBe('1.2.3.4')
  expect(readSender('::ffff:1.2.3.4')).toBe('1.2.3.4')
  expect(readSender('2001:db8:0:1:aaaa::1')).toBe(readSender('2001:DB8::1:0:0:0:9'))
  expect(readSender('2001:db8:0:1:aaaa::1')).not.toBe(readSender('2001:db8:0:2::1'))
  for (const junk of [null, '', 'unknown', '1.2.3', "1.2.3.4'; --"]) expect(readSender(junk)).toBeNull()
  process.env['TRUSTED_PROXY_HOPS'] = '2'
  resetEnv()
  expect(readSender('6.6.6.6, 1.2.3.4, 10.0.0.1')).toBe('1.2.3.4')
  expect(readSender('10.0.0.1')).toBeNull()
})

test('one form counts once, however often it is sent; no address and no name is kept', async () => {
  const { campaign } = await makeCampaign()
  const form = giving(campaign.slug, { email: 'ann.verysecret@example.org' })
  const request = { ...nothing, sender: '203.0.113.9' }
  await Promise.all(Array.from({ length: 20 }, () => startDonation(GUEST, form, request)))
  const tries = await db().cardTry.findMany()
  expect(tries).toHaveLength(1)
  expect(JSON.stringify(tries)).not.toMatch(/verysecret|203\.0\.113/)
})

test('a sender, and an address, that begin too many gifts are asked for proof and then stopped for an hour', async () => {
  const { campaign } = await makeCampaign()
  const request = { ...nothing, sender: '203.0.113.10' }
  const [soft, hard] = GIVER_LIMITS.begunBySenderHour
  await startDonation(GUEST, giving(campaign.slug), request)
  const { senderKey } = await db().cardTry.findFirstOrThrow()
  await plantTries('begun', soft - 1, { senderKey: senderKey ?? '' })
  expect((await refusalOf(startDonation(GUEST, giving(campaign.slug), request))).message).toContain('wait 15 seconds')
  await startDonation(GUEST, giving(campaign.slug), { ...request, proof: prove(campaign.id) })
  await startDonation(GUEST, giving(campaign.slug), { ...nothing, sender: '203.0.113.11' })
  await plantTries('begun', hard - soft, { senderKey: senderKey ?? '' })
  const refused = await refusalOf(
    startDonation(GUEST, giving(campaign.slug), { ...request, proof: prove(campaign.id) }),
  )
  expect(refused).toMatchObject({ code: 'rate_limited' })
  expect(refused.message).toContain('wait an hour')
  const restore = replaceClock(() => new Date(Date.now() + 3_700_000))
  await startDonation(GUEST, giving(campaign.slug), request)
  restore()

  const email = 'often@example.org'
  let last = { code: 'none', message: '' }
  for (let n = 0; n <= GIVER_LIMITS.begunByEmailHour[0]; n += 1)
    last = await refusalOf(startDonation(GUEST, giving(campaign.slug, { email }), nothing))
  expect(last.code).toBe('rate_limited')
})

test('a proof counts for one form: twice the same goes through, another does not', async () => {
  const { campaign } = await makeCampaign()
  await setDefence(ADMIN, { mode: 'on', reason: 'A test.' })
  const proof = prove(campaign.id)
  const form = giving(campaign.slug)
  const [first, second] = await Promise.all([1, 2].map(() => startDonation(GUEST, form, { ...nothing, proof })))
  expect(first?.donationId).toBe(second?.donationId)
  expect((await refusalOf(startDonation(GUEST, giving(campaign.slug), { ...nothing, proof }))).code).toBe(
    'rate_limited',
  )
})

test('without JavaScript a giver waits a moment and presses again; those who wait go through one door', async () => {
  const { campaign } = await makeCampaign()
  await setDefence(ADMIN, { mode: 'on', reason: 'A test.' })
  const form = giving(campaign.slug, { email: 'patient@example.org' })
  const other = giving(campaign.slug, { email: 'second@example.org' })
  let at = Date.now()
  const restore = replaceClock(() => new Date(at))
  try {
    expect((await refusalOf(startDonation(GUEST, form, nothing))).message).toContain('wait 15 seconds')
    expect((await refusalOf(startDonation(GUEST, other, nothing))).message).toContain('wait 17 seconds')
    at += 15_000
    const [one, two] = await Promise.all([1, 2].map(() => startDonation(GUEST, form, nothing)))
    expect(one?.donationId).toBe(two?.donationId)
    expect((await refusalOf(startDonation(GUEST, other, nothing))).message).toContain('wait 2 seconds')
    const again = giving(campaign.slug, { email: 'patient@example.org' })
    expect((await refusalOf(startDonation(GUEST, again, nothing))).code).toBe('rate_limited')
  } finally {
    restore()
  }
})

test('whoever has given before is not challenged', async () => {
  const { campaign } = await makeCampaign()
  const email = `donor-${newId()}@example.org`
  await payAt((await begin(campaign.slug, { email })).checkoutUrl)
  await settleAll(world)
  await setDefence(ADMIN, { mode: 'on', reason: 'A test.' })
  await startDonation(GUEST, giving(campaign.slug, { email }), nothing)
  expect((await refusalOf(startDonation(GUEST, giving(campaign.slug), nothing))).code).toBe('rate_limited')
})

test('a campaign under attack asks its own givers for proof, and no other campaign’s', async () => {
  const [{ campaign }, { campaign: calm }] = [await makeCampaign(), await makeCampaign()]
  await plantTries('declined', CAMPAIGN_LIMITS.declinedByCampaign + 1, { campaignId: campaign.id })
  expect(await challengeFor(campaign.id)).toMatchObject({ kind: 'work' })
  expect(await challengeFor(calm.id)).toBeNull()
  expect((await refusalOf(startDonation(GUEST, giving(campaign.slug), nothing))).code).toBe('rate_limited')
  await startDonation(GUEST, giving(calm.slug), nothing)
})

test('many declined cards everywhere trip the breaker for half an hour, with a line in the audit log', async () => {
  const { campaign } = await makeCampaign()
  await plantTries('declined', BREAKER_LIMITS.declinedByAll + 1)
  expect(await challengeFor(campaign.id)).toBeNull()
  expect((await refusalOf(startDonation(GUEST, giving(campaign.slug), nothing))).code).toBe('rate_limited')
  expect(await challengeFor(campaign.id)).toMatchObject({ kind: 'work' })
  const view = await readDefence(ADMIN)
  expect(view).toMatchObject({ mode: 'auto', trippedReason: expect.stringContaining('cards were declined') })
  expect(view.history[0]).toMatchObject({ action: 'defence.trip', actorName: 'system:defence' })
  const restore = replaceClock(() => new Date(Date.now() + 31 * 60_000))
  expect(await challengeFor(campaign.id)).toBeNull()
  restore()
})

test('a payment page on which card after card is declined is closed, and each decline counts once', async () => {
  const { campaign } = await makeCampaign()
  const { donationId, checkoutUrl } = await startDonation(GUEST, giving(campaign.slug), nothing)
  for (let n = 0; n < DECLINES_PER_PAGE_MAX; n += 1) await payAt(checkoutUrl, '4000000000000002')
  await settleAll(world)
  const onPage = { sessionId: sessionIdOf(checkoutUrl), kind: 'declined' }
  expect(await db().cardTry.count({ where: onPage })).toBe(DECLINES_PER_PAGE_MAX)
  expect(await stripe().checkout.sessions.retrieve(sessionIdOf(checkoutUrl))).toMatchObject({ status: 'expired' })
  await settleAll(world)
  expect((await db().donation.findUniqueOrThrow({ where: { id: donationId } })).status).not.toBe('settled')
})

test('a page whose last decline was counted by a process that died is closed when the event is applied again', async () => {
  const { campaign } = await makeCampaign()
  const { donationId, checkoutUrl } = await startDonation(GUEST, giving(campaign.slug), nothing)
  const sessionId = sessionIdOf(checkoutUrl)
  const tries = Array.from({ length: DECLINES_PER_PAGE_MAX }, (_, n) => ({
    ...{ id: `evt_${donationId}_${n}`, kind: 'declined', emailKey: newId(), campaignId: campaign.id, at: new Date() },
    sessionId,
  }))
  await db().cardTry.createMany({ data: tries })
  await countDecline({ eventId: tries.at(-1)?.id ?? '', donationId })
  expect(await db().cardTry.count({ where: { sessionId, kind: 'declined' } })).toBe(DECLINES_PER_PAGE_MAX)
  expect(await stripe().checkout.sessions.retrieve(sessionId)).toMatchObject({ status: 'expired' })
})

test('only an administrator sees and sets the defence, and each change is written down with its reason', async () => {
  await expect(readDefence(GUEST)).rejects.toMatchObject({ code: 'not_found' })
  await expect(setDefence(GUEST, { mode: 'off', reason: 'because' })).rejects.toMatchObject({ code: 'not_found' })
  await expect(setDefence(ADMIN, { mode: 'never', reason: '' })).rejects.toMatchObject({ code: 'invalid_input' })
  await setDefence(ADMIN, { mode: 'off', reason: 'The challenge broke a reader.' })
  const { campaign } = await makeCampaign()
  await plantTries('declined', BREAKER_LIMITS.declinedByAll + 1)
  await startDonation(GUEST, giving(campaign.slug), nothing)
  expect((await readDefence(ADMIN)).history[0]).toMatchObject({ mode: 'off', reason: 'The challenge broke a reader.' })
})

test('Turnstile can stand in: its answer is asked of Turnstile and counts for one form', async () => {
  const asked: string[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      asked.push(body)
      response.end(JSON.stringify({ success: body.includes('response=good') && asked.length === 1 }))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  process.env['TURNSTILE_SITE_KEY'] = 'site'
  process.env['TURNSTILE_SECRET_KEY'] = 'secret'
  process.env['TURNSTILE_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  resetEnv()
  try {
    const { campaign } = await makeCampaign()
    await setDefence(ADMIN, { mode: 'on', reason: 'A test.' })
    expect(await challengeFor(campaign.id)).toMatchObject({ kind: 'turnstile', siteKey: 'site' })
    const form = giving(campaign.slug)
    await startDonation(GUEST, form, { ...nothing, turnstile: 'good' })
    await startDonation(GUEST, form, { ...nothing, turnstile: 'good' })
    expect(asked).toEqual(['secret=secret&response=good'])
    expect((await refusalOf(startDonation(GUEST, giving(campaign.slug), { ...nothing, turnstile: 'bad' }))).code).toBe(
      'rate_limited',
    )
  } finally {
    server.close()
  }
})

test('the desk says where senders are told apart and where they are not', async () => {
  expect(await readDefence(ADMIN)).toMatchObject({ tellsSenders: false })
  process.env['TRUSTED_PROXY_HOPS'] = '1'
  resetEnv()
  expect(await readDefence(ADMIN)).toMatchObject({ tellsSenders: true })
})

test('tries are forgotten after thirty days', async () => {
  await plantTries('begun', 3)
  expect(await forgetTries()).toBe(0)
  const restore = replaceClock(() => new Date(Date.now() + 31 * 86_400_000))
  expect(await forgetTries()).toBe(3)
  restore()
})
