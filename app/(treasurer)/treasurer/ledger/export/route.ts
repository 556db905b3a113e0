import { Readable } from 'node:stream'
import { currentActor } from '#lib/auth/session.ts'
import { now } from '#lib/clock.ts'
import { AppError } from '#lib/errors.ts'
import { toDecimalString } from '#lib/money/format.ts'
import { exportLedger } from '#lib/reports/export-ledger.ts'
import type { ControlTotals } from '#lib/reports/types.ts'

/**
 * The chapter's ledger as CSV under the filters of the page, streamed. `?for=spreadsheet` is the variant in which no
 * text can be a formula. The control totals stand in the header `X-Control-Totals`, so that the file stays a table.
 */
export async function GET(request: Request): Promise<Response> {
  const query = Object.fromEntries(new URL(request.url).searchParams)
  const use = query['for'] === 'spreadsheet' ? 'spreadsheet' : 'machine'
  try {
    const { csv, totals, chapterSlug } = await exportLedger(await currentActor(), query, use)
    const fileName = `ledger-${chapterSlug}-${now().toISOString().slice(0, 10)}.csv`
    return new Response(Readable.toWeb(csv) as ReadableStream<Uint8Array>, {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8; header=present',
        'Content-Disposition': `attachment; filename="${fileName}"`,
        'Cache-Control': 'no-store',
        'X-Control-Totals': inWords(totals),
        'X-Accel-Buffering': 'no',
      },
    })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const fields = Object.values(error.fieldErrors).flat()
    return new Response(`${fields.length > 0 ? fields.join('\n') : error.message}\n`, {
      status: error.status,
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    })
  }
}

function inWords({ rowCount, byCurrency }: ControlTotals): string {
  const sums = byCurrency.map(({ currency, grossMinor, feeMinor, netMinor }) => {
    const text = (amountMinor: bigint) => toDecimalString(amountMinor, currency)
    return `${currency} gross=${text(grossMinor)} fee=${text(feeMinor)} net=${text(netMinor)}`
  })
  return [`rows=${rowCount}`, ...sums].join('; ')
}
