import { createCipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { env } from '#lib/env.ts'

/** What money is sent to. One of `iban` and `accountNumber` is filled; both without spaces, in capitals. */
export type BankDetails = { iban: string; accountNumber: string; bic: string; routing: string }

/** The first byte of what is stored: which key and which layout. A new one is added here, old ones stay readable. */
export const KEY_VERSION = 1
export const NONCE_BYTES = 12
export const TAG_BYTES = 16

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

/** The same 64 hex digits for the same account of the same holder, whatever spaces and case somebody typed. */
export function fingerprintBank(details: BankDetails, holderName: string): string {
  const { iban, accountNumber, bic, routing } = details
  const holder = holderName.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
  const parts = [iban, accountNumber, bic, routing].map((part) => part.replace(/\s+/g, '').toUpperCase())
  return createHmac('sha256', keyFor('bank-fingerprint', KEY_VERSION))
    .update(JSON.stringify([...parts, holder]))
    .digest('hex')
}

/** A key of its own for each use (HKDF, RFC 5869), so that neither tells anything about the other. */
export function keyFor(use: 'bank-details' | 'bank-fingerprint', version: number): Buffer {
  return Buffer.from(hkdfSync('sha256', env().AUTH_SECRET, `common-purse:${use}`, `v${version}`, 32))
}
