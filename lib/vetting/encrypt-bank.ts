import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { env } from '#lib/env.ts'
import { assertInvariant } from '#lib/errors.ts'

/** What money is sent to. One of `iban` and `accountNumber` is filled; both without spaces, in capitals. */
export type BankDetails = { iban: string; accountNumber: string; bic: string; routing: string }

/** The first byte of what is stored: which key and which layout. A new one is added here, old ones stay readable. */
const KEY_VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Seals bank details with AES-256-GCM: version, nonce, tag, cipher text. The account's id goes in as additional data, so
 * that the details of one row cannot be moved to another.
 */
export function encryptBank(details: BankDetails, accountId: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyFor('bank-details', KEY_VERSION), nonce)
  cipher.setAAD(Buffer.from(`${KEY_VERSION}:${accountId}`))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(details), 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(KEY_VERSION), nonce, cipher.getAuthTag(), sealed])
}

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

/** Whose account it is and where. */
type BankPlace = { holderName: string; bankName: string; bankCountry: string }

/**
 * The same 64 hex digits for the same account of the same holder, whatever spaces and case somebody typed. An IBAN names its
 * bank by itself; any other number is one at a bank, so that the bank's country and name are part of it.
 */
export function fingerprintBank(details: BankDetails, { holderName, bankName, bankCountry }: BankPlace): string {
  if (details.iban !== '') return fingerprintNumber(details, holderName)
  return hashAccount(details, [bareText(holderName), bankCountry, bareText(bankName)])
}

/** What fingerprints were before they held the bank. Accounts of that time keep theirs while they stay the same. */
export function fingerprintNumber(details: BankDetails, holderName: string): string {
  return hashAccount(details, [bareText(holderName)])
}

/** A name without what banks and people write differently: spaces and case. */
export function bareText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
}

function hashAccount({ iban, accountNumber, bic, routing }: BankDetails, rest: string[]): string {
  const parts = [iban, accountNumber, bic, routing].map((part) => part.replace(/\s+/g, '').toUpperCase())
  return createHmac('sha256', keyFor('bank-fingerprint', KEY_VERSION))
    .update(JSON.stringify([...parts, ...rest]))
    .digest('hex')
}

/** A key of its own for each use (HKDF, RFC 5869), so that neither tells anything about the other. */
function keyFor(use: 'bank-details' | 'bank-fingerprint', version: number): Buffer {
  return Buffer.from(hkdfSync('sha256', env().AUTH_SECRET, `common-purse:${use}`, `v${version}`, 32))
}
