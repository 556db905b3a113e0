import { createDecipheriv } from 'node:crypto'
import { assertInvariant } from '#lib/errors.ts'
import { type BankDetails, KEY_VERSION, keyFor, NONCE_BYTES, TAG_BYTES } from './encrypt-bank.ts'

/**
 * Opens what `encryptBank` sealed for this account. The caller decides who may read it: whoever verifies the account
 * out of band, and whoever sends a wire. Throws when a byte was changed or the row is another one.
 */
export function decryptBank(stored: Uint8Array, accountId: string): BankDetails {
  const bytes = Buffer.from(stored)
  const version = bytes[0]
  assertInvariant(version === KEY_VERSION, 'bank details are of a version that is known')
  const decipher = createDecipheriv('aes-256-gcm', keyFor('bank-details', version), bytes.subarray(1, 1 + NONCE_BYTES))
  decipher.setAAD(Buffer.from(`${version}:${accountId}`))
  decipher.setAuthTag(bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES))
  const text = Buffer.concat([decipher.update(bytes.subarray(1 + NONCE_BYTES + TAG_BYTES)), decipher.final()])
  return JSON.parse(text.toString('utf8')) as BankDetails
}
