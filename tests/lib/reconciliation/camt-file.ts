/** One statement as CAMT.053 v2; amounts in minor units of a currency with two decimals. */
export function camtOf(file: {
  id: string
  account: string
  currency?: string
  openingMinor: bigint
  lines: { on: string; minor: bigint; text?: string; reference?: string }[]
}): string {
  const { id, account, currency = 'USD', openingMinor, lines } = file
  const show = (minor: bigint) =>
    `${(minor < 0n ? -minor : minor) / 100n}.${String((minor < 0n ? -minor : minor) % 100n).padStart(2, '0')}`
  const side = (minor: bigint) => `<CdtDbtInd>${minor < 0n ? 'DBIT' : 'CRDT'}</CdtDbtInd>`
  const days = lines.map(({ on }) => on).sort()
  const [from = '2026-11-01', to = from] = [days[0], days.at(-1)]
  const balance = (code: string, minor: bigint, on: string) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${show(minor)}</Amt>${side(minor)}<Dt><Dt>${on}</Dt></Dt></Bal>`
  const closingMinor = lines.reduce((sum, { minor }) => sum + minor, openingMinor)
  const entries = lines.map(
    ({ on, minor, text, reference }) =>
      `<Ntry><Amt Ccy="${currency}">${show(minor)}</Amt>${side(minor)}<Sts>BOOK</Sts><BookgDt><Dt>${on}</Dt></BookgDt>${reference ? `<AcctSvcrRef>${reference}</AcctSvcrRef>` : ''}<NtryDtls><TxDtls><RmtInf><Ustrd>${text ?? ''}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>${id}</MsgId></GrpHdr><Stmt><Id>${id}</Id><CreDtTm>${to}T20:00:00Z</CreDtTm><Acct><Id><IBAN>${account}</IBAN></Id><Ccy>${currency}</Ccy></Acct>${balance('OPBD', openingMinor, from)}${balance('CLBD', closingMinor, to)}${entries.join('')}</Stmt></BkToCstmrStmt></Document>`
}
