import { expect, test } from 'vitest'
import { emailAddress } from '#lib/email/address.ts'

test.each([
  ['Ana.Lima+purse@Chapter.Example', 'ana.lima+purse@chapter.example'],
  ['  ana@chapter.example ', 'ana@chapter.example'],
  ["o'hara@a-b.co.uk", "o'hara@a-b.co.uk"],
])('%j is the address %j', (text, address) => {
  expect(emailAddress.parse(text)).toBe(address)
})

test.each([
  '',
  'ana',
  'ana@',
  '@chapter.example',
  'ana@chapter',
  'ana@localhost',
  'a@b.example, c@d.example',
  'a@b.example;c@d.example',
  'a@b.example c@d.example',
  'a@b@c.example',
  '"a@evil.example"@chapter.example',
  '"ana"@chapter.example',
  'Ana <ana@chapter.example>',
  'ana@chapter.example(comment)',
  'ana@[127.0.0.1]',
  'ana@127.0.0.1',
  'ana@chapter.example\r\nBcc: all@evil.example',
  'ana@chapter.example\n',
  'ana\0@chapter.example',
  '.ana@chapter.example',
  'a..b@chapter.example',
  'ana@-chapter.example',
  'ana@chapter..example',
  'ana@chapter.example.',
  // A Cyrillic letter, and the Kelvin sign that lower-cases to a plain k.
  '\u0430na@chapter.example',
  '\u212aana@chapter.example',
  `${'a'.repeat(65)}@chapter.example`,
  `ana@${'a'.repeat(64)}.example`,
  `ana@${'a.'.repeat(130)}example`,
  ['a@b.example'],
  null,
  undefined,
  42,
])('%j is refused', (text) => {
  expect(emailAddress.safeParse(text).success).toBe(false)
})
