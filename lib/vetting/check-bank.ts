import { z } from 'zod'
import { currencies } from '#lib/money/currencies.ts'
import { country, needed, optional } from './check-section.ts'

// Letters and digits of an IBAN by country, from SWIFT's registry.
const IBAN_LENGTH = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24
   FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32
   LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24
   RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** Whether it is an IBAN of a country that has them: its length, and the check digits of ISO 13616 (mod 97 is 1). */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(text) || IBAN_LENGTH.get(text.slice(0, 2)) !== text.length) return false
  const digits = Array.from(text.slice(4) + text.slice(0, 4), (sign) => Number.parseInt(sign, 36)).join('')
  let rest = 0
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97
  return rest === 1
}

const compact = z
  .unknown()
  .optional()
  .transform((value) =>
    typeof value === 'string'
      ? value
          .normalize('NFKC')
          .replace(/[\s-]+/g, '')
          .toUpperCase()
      : '',
  )
const line = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value.normalize('NFC').trim() : ''))

const BIC = /^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/

/** What an account needs. Messages are problem codes. */
export const bankSchema = z
  .object({
    holderName: line.pipe(needed(140, 3)),
    bankName: line.pipe(needed(140, 2)),
    bankCountry: line.pipe(country),
    currency: compact.pipe(z.string().refine((text) => currencies.has(text), { error: 'currency' })),
    iban: compact.pipe(z.string()),
    accountNumber: compact.pipe(z.string()),
    bic: compact.pipe(z.string().refine((text) => text === '' || BIC.test(text), { error: 'bic' })),
    routing: compact.pipe(optional(34)),
  })
  .superRefine(({ iban, accountNumber, bankCountry }, context) => {
    const say = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (iban === '' && accountNumber === '')
      return say(IBAN_LENGTH.has(bankCountry) ? 'iban' : 'accountNumber', 'missing')
    if (iban !== '' && accountNumber !== '') return say('accountNumber', 'account_either')
    if (iban !== '' && !isIban(iban)) return say('iban', 'iban')
    if (iban !== '' && iban.slice(0, 2) !== bankCountry) return say('bankCountry', 'iban_country')
    if (accountNumber !== '' && !/^[A-Z0-9]{4,34}$/.test(accountNumber)) say('accountNumber', 'account_number')
  })
