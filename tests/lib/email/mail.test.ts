import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { queueMail } from '#lib/email/queue-mail.ts'
import { receiptMail } from '#lib/email/receipt-mail.tsx'
import { sendMail } from '#lib/email/send-mail.ts'
import { signInMail } from '#lib/email/sign-in-mail.tsx'
import { resetEnv } from '#lib/env.ts'
import { useDatabase } from '#tests/support/database.ts'

useDatabase()
const receipt = {
  recipient: 'donor@giver.example',
  donorName: 'Dee <b>Donor</b>',
  campaignTitle: 'Blankets\r\nBcc: all@evil.example',
  fundName: 'Blankets',
  chapterLegalName: 'Lisbon Mutual Aid',
  receiptNumber: 'LISBON-000012',
  statement: 'Lisbon Mutual Aid is tax-exempt under section 501(c)(3).',
  amountMinor: 123456n,
  tipMinor: 0n,
  returnedMinor: 0n,
  byMistake: false,
  currency: 'USD',
  givenOn: '23 November 2026',
  receiptUrl: 'http://localhost:3000/receipts/abc',
  pledgeUrl: null,
}

afterEach(() => {
  delete process.env['SMTP_URL']
  resetEnv()
})

test('a receipt says how much, for what, when, and whether it is deductible', async () => {
  const id = await inTransaction((tx) => queueMail(tx, receiptMail(receipt)))
  const mail = await db().outboundMail.findUniqueOrThrow({ where: { id } })
  for (const words of [
    '$1,234.56',
    '23 November 2026',
    'Lisbon Mutual Aid',
    '501(c)(3)',
    'LISBON-000012',
    receipt.receiptUrl,
  ]) {
    expect(mail.text).toContain(words)
    expect(mail.html).toContain(words)
  }
  expect(mail.html).not.toContain('<b>')
  expect(mail.subject).toBe('Your gift of $1,234.56 to Blankets Bcc: all@evil.example')
})

test('a mail exists exactly if the business fact does', async () => {
  const count = () => db().outboundMail.count()
  const before = await count()
  const refused = inTransaction(async (tx) => {
    await queueMail(tx, receiptMail(receipt))
    throw new Error('refused')
  })
  await expect(refused).rejects.toThrow('refused')
  expect(await count()).toBe(before)
})

test('a mail to more than one address is refused', async () => {
  const mail = receiptMail({ ...receipt, recipient: 'a@giver.example\r\nBcc: b@giver.example' })
  await expect(inTransaction((tx) => queueMail(tx, mail))).rejects.toThrow()
})

test('without a mail server a mail counts as sent and stays readable', async () => {
  const link = 'http://localhost:3000/sign-in/confirm?token=t'
  const mail = signInMail({ recipient: 'ana@chapter.example', link, minutesValid: 15 })
  const mailId = await inTransaction((tx) => queueMail(tx, mail))
  await sendMail({ mailId })
  const row = await db().outboundMail.findUniqueOrThrow({ where: { id: mailId } })
  expect(row).toMatchObject({ status: 'sent', attempts: 1 })
  expect(row.text).toContain(link)
})

test('with a mail server it is sent once, without an injected header, and a sign-in link leaves no copy', async () => {
  const { server, received, url } = await mailServer()
  process.env['SMTP_URL'] = url
  resetEnv()
  const mail = signInMail({ recipient: 'ana@chapter.example', link: 'http://localhost/x', minutesValid: 15 })
  const mailId = await inTransaction((tx) => queueMail(tx, { ...mail, subject: 'Hello\r\nBcc: all@evil.example' }))
  await sendMail({ mailId })
  await sendMail({ mailId })
  server.close()
  expect(received).toHaveLength(1)
  expect(received[0]).toContain('RCPT TO:<ana@chapter.example>')
  expect(received[0]).not.toContain('RCPT TO:<all@evil.example>')
  expect(received[0]).not.toMatch(/^Bcc:/m)
  expect(received[0]).toContain(`Message-ID: <${mailId}@localhost>`)
  expect(await db().outboundMail.findUniqueOrThrow({ where: { id: mailId } })).toMatchObject({ html: '', text: '' })
})

test('a mail server that is away leaves the mail for the next try', async () => {
  process.env['SMTP_URL'] = 'smtp://127.0.0.1:1'
  resetEnv()
  const mailId = await inTransaction((tx) => queueMail(tx, receiptMail(receipt)))
  await expect(sendMail({ mailId })).rejects.toThrow()
  delete process.env['SMTP_URL']
  resetEnv()
  await sendMail({ mailId })
  expect(await db().outboundMail.findUniqueOrThrow({ where: { id: mailId } })).toMatchObject({
    status: 'sent',
    attempts: 2,
  })
})

/** Speaks as much SMTP (RFC 5321) as one client needs, and keeps what it was told. */
async function mailServer(): Promise<{ server: Server; received: string[]; url: string }> {
  const received: string[] = []
  const server = createServer((socket) => {
    let said = ''
    let inData = false
    socket.write('220 test\r\n')
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      const text = chunk.toString()
      said += text
      if (inData) {
        if (!said.endsWith('\r\n.\r\n')) return
        inData = false
        received.push(said)
        socket.write('250 kept\r\n')
      } else if (/^DATA/im.test(text)) {
        inData = true
        socket.write('354 go on\r\n')
      } else if (/^QUIT/im.test(text)) socket.end('221 bye\r\n')
      else socket.write('250 fine\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { server, received, url: `smtp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` }
}
