import { NextRequest, type NextResponse } from 'next/server'
import { beforeEach, expect, test } from 'vitest'
import { readSession } from '#lib/auth/read-session.ts'
import { requestSignIn } from '#lib/auth/request-sign-in.ts'
import { db } from '#lib/db/client.ts'
import { resetEnv } from '#lib/env.ts'
import { useDatabase } from '#tests/support/database.ts'
import { POST as signOut } from '../../app/(auth)/sign-out/route.ts'
import { GET, POST } from '../../app/api/auth/[...nextauth]/route.ts'

useDatabase()
const OWN = 'http://localhost:3000'
const callback = { params: Promise.resolve({ nextauth: ['callback', 'email'] }) }
let count = 0
let email: string

beforeEach(async () => {
  count += 1
  email = `person-${count}@chapter.example`
  await db().user.create({ data: { email, name: 'Person' } })
})

async function mailedFields(): Promise<Record<string, string>> {
  await requestSignIn({ kind: 'guest' }, { email }, `192.0.2.${count}`)
  const { text } = await db().outboundMail.findFirstOrThrow({ where: { recipient: email }, orderBy: { id: 'desc' } })
  const url = new URL(/http\S+\/sign-in\/confirm\?\S+/.exec(text)?.[0] ?? '')
  return Object.fromEntries(url.searchParams)
}

function consume(fields: Record<string, string>, cookie = ''): Promise<NextResponse> {
  const init = { method: 'POST', body: new URLSearchParams(fields), headers: { cookie } }
  return POST(new NextRequest(`${OWN}/api/auth/callback/email`, init), callback)
}

const cookieOf = (response: NextResponse, name = 'purse-session') => response.cookies.get(name)?.value ?? ''

test('opening the callback address does not use up the link', async () => {
  const fields = await mailedFields()
  const address = `${OWN}/api/auth/callback/email?${new URLSearchParams(fields)}`
  for (let scan = 0; scan < 3; scan += 1) {
    const response = await GET(new NextRequest(address), callback)
    expect(response.headers.get('location')).toContain(`${OWN}/sign-in/confirm?`)
    expect(response.headers.get('set-cookie')).toBeNull()
  }
  expect((await consume(fields)).headers.get('location')).toBe(`${OWN}/`)
})

test('the cookie is for this host and http only, and gone after sign-out, when a copy of it is a guest', async () => {
  const signedIn = await consume(await mailedFields())
  expect(signedIn.status).toBe(303)
  expect(signedIn.headers.get('set-cookie')).toMatch(
    /^purse-session=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=lax$/i,
  )
  const cookie = cookieOf(signedIn)
  expect(await readSession(cookie)).toMatchObject({ kind: 'user' })
  const request = new NextRequest(`${OWN}/sign-out`, { method: 'POST', headers: { cookie: `purse-session=${cookie}` } })
  const signedOut = await signOut(request)
  expect(signedOut.headers.get('set-cookie')).toMatch(/^purse-session=; .*Max-Age=0/)
  expect(await readSession(cookie)).toEqual({ kind: 'guest' })
})

test('over https the cookie is Secure and bound to the host by its prefix', async () => {
  process.env['APP_URL'] = 'https://purse.example'
  resetEnv()
  const response = await consume(await mailedFields())
  process.env['APP_URL'] = OWN
  resetEnv()
  expect(response.headers.get('set-cookie')).toMatch(/^__Host-purse-session=[^;]+; Path=\/; .*Secure; HttpOnly/i)
  expect(response.headers.get('set-cookie')).not.toContain('Domain')
})

test('signing in again makes a new session and ends the one before', async () => {
  const before = cookieOf(await consume(await mailedFields()))
  const after = cookieOf(await consume(await mailedFields(), `purse-session=${before}`))
  expect(after).not.toBe(before)
  expect(await readSession(before)).toEqual({ kind: 'guest' })
})

test.each(['//evil.example', 'https://evil.example', '/\\evil.example'])(
  'next=%s stays on our own site',
  async (next) => {
    const response = await consume({ ...(await mailedFields()), next })
    expect(response.headers.get('location')).toBe(`${OWN}/`)
  },
)

test('next leads to the page that asked for the sign-in', async () => {
  const response = await consume({ ...(await mailedFields()), next: '/treasurer?tab=1' })
  expect(response.headers.get('location')).toBe(`${OWN}/treasurer?tab=1`)
})

test('a used, foreign or mangled link ends on the sign-in page without a cookie', async () => {
  const fields = await mailedFields()
  await consume(fields)
  for (const wrong of [fields, { ...fields, token: 'x' }, { ...fields, email: 'a@b.example' }, {}]) {
    const response = await consume(wrong as Record<string, string>)
    expect(response.headers.get('location')).toBe(`${OWN}/sign-in?problem=link`)
    expect(response.headers.get('set-cookie')).toBeNull()
  }
})

test("none of next-auth's other routes is open", async () => {
  for (const path of [
    'signin/email',
    'signin',
    'session',
    'csrf',
    'providers',
    'signout',
    '_log',
    'callback/email/x',
  ]) {
    const context = { params: Promise.resolve({ nextauth: path.split('/') }) }
    const init = { method: 'POST', body: new URLSearchParams({ email }) }
    expect((await GET(new NextRequest(`${OWN}/api/auth/${path}`), context)).status).toBe(404)
    expect((await POST(new NextRequest(`${OWN}/api/auth/${path}`, init), context)).status).toBe(404)
  }
})
