import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { useDatabase } from '#tests/support/database.ts'
import { bank, type Funds, give, openFunds, posting, send } from './fixture.ts'

const database = useDatabase()
const TABLES = [
  'currency',
  'fund',
  'account',
  'entry',
  'transfer',
  'posting_rule',
  'lot',
  'outflow',
  'gift_claim',
  'closed_period',
]

let funds: Funds
let euros: bigint
let giftEntryId: bigint
let app: pg.Client
let owner: pg.Client

beforeAll(async () => {
  funds = await openFunds()
  euros = await openFund(db(), {
    chapterId: funds.chapterId,
    campaignId: null,
    restriction: 'without',
    currency: 'EUR',
    name: 'Euro',
  })
  giftEntryId = await give(funds.campaign, 10_000n, 300n)
  await bank(funds.campaign, 9_000n)
  await send(funds.campaign, 1_000n)
  app = await database.asApp()
  owner = await database.asOwner()
})

/** The SQLSTATE a statement is refused with, or null where it went through; nothing stays either way. */
async function stateOf(client: pg.Client, sql: string, values: unknown[] = []): Promise<string | null> {
  await client.query('BEGIN')
  try {
    await client.query(sql, values)
    return null
  } catch (error) {
    return (error as { code?: string }).code ?? 'none'
  } finally {
    await client.query('ROLLBACK')
  }
}

const DENIED = '42501'

describe('a session under the app’s role', () => {
  test.each([...TABLES, 'guard'])(
    'cannot insert into, update, delete, truncate, read or alter ledger.%s',
    async (table) => {
      const attempts = [
        `INSERT INTO ledger.${table} DEFAULT VALUES`,
        `UPDATE ledger.${table} SET ${table === 'currency' ? 'exponent = 0' : 'xmin = xmin'}`,
        `DELETE FROM ledger.${table}`,
        `TRUNCATE ledger.${table} CASCADE`,
        `SELECT * FROM ledger.${table}`,
        `SELECT * FROM ledger.${table} FOR UPDATE`,
        `ALTER TABLE ledger.${table} DISABLE TRIGGER ALL`,
        `DROP TABLE ledger.${table} CASCADE`,
        `COPY ledger.${table} TO STDOUT`,
      ]
      for (const attempt of attempts)
        expect([attempt, await stateOf(app, attempt)]).toEqual([attempt, expect.stringMatching(/^(42501|0A000)$/)])
    },
  )

  test.each(['entries', 'transfers', 'accounts', 'funds', 'lots', 'outflows', 'guards', 'balances'])(
    'can read the view ledger.%s and not write through it',
    async (view) => {
      expect(await stateOf(app, `SELECT * FROM ledger.${view} LIMIT 1`)).toBeNull()
      expect(await stateOf(app, `DELETE FROM ledger.${view}`)).toMatch(/^(42501|55000)$/)
      expect(await stateOf(app, `INSERT INTO ledger.${view} DEFAULT VALUES`)).toMatch(/^(42501|55000)$/)
    },
  )

  test('cannot call the functions inside: write, spend, give, fold to a place of its choice', async () => {
    const inside = [
      `SELECT ledger.write_transfers(1, 'gift', $1, '{1}', '{11}', '{1000000}')`,
      `SELECT ledger.give_cents($1, 1, 1000000)`,
      `SELECT ledger.spend_cents($1, 1, 'refund', NULL, 1)`,
      `SELECT ledger.fold_to($1, 1000000000)`,
      `SELECT ledger.begin_entry('gift', ARRAY[$1::bigint], 'k', '', '', '', now(), '', '')`,
      `SELECT ledger.apply_posting_rules() WHERE $1::bigint IS NOT NULL`,
      `SELECT ledger.refuse_change() WHERE $1::bigint IS NOT NULL`,
    ]
    for (const call of inside)
      expect([call, await stateOf(app, call, [funds.campaign])]).toEqual([
        call,
        expect.stringMatching(/^(42501|0A000)$/),
      ])
  })

  test('cannot overdraw', async () => {
    const encumber = `SELECT ledger.encumber($1, 't', 't', now(), 'a', NULL, $2, $3)`
    expect(await stateOf(app, encumber, [randomUUID(), funds.campaign, 8_001n])).toBe('CP001')
    expect(await stateOf(app, encumber, [randomUUID(), funds.campaign, -1n])).toBe('CP005')
    expect(await stateOf(app, encumber, [randomUUID(), funds.campaign, 2n ** 63n - 1n])).toBe('CP001')
    expect(await stateOf(app, `SELECT ledger.set_loss_reserve($1, -1000000)`, [funds.campaign])).toBe('CP005')
  })

  test('cannot double-post: a key with other contents is refused', async () => {
    const gift = `SELECT ledger.post_gift('attack', 'd', $2, '2026-11-01', 'a', NULL, $1, 100, 0, 3, NULL, 0, 0)`
    await app.query(gift, [funds.campaign, 'one'])
    expect(await stateOf(app, gift, [funds.campaign, 'two'])).toBe('CP002')
    const replay = await app.query(gift, [funds.campaign, 'one'])
    expect(BigInt(Object.values(replay.rows[0] as Record<string, string>)[0]!)).toBeLessThan(0n)
  })

  test('cannot unbalance: no function takes a single side, and amounts of nothing or less are refused', async () => {
    const gift = (giftMinor: bigint, feeMinor: bigint) =>
      stateOf(app, `SELECT ledger.post_gift($1, 'd', 'd', now(), 'a', NULL, $2, $3, 0, $4, NULL, 0, 0)`, [
        randomUUID(),
        funds.campaign,
        giftMinor,
        feeMinor,
      ])
    expect([await gift(0n, 0n), await gift(-100n, 0n), await gift(100n, -1n), await gift(100n, 101n)]).toEqual(
      Array(4).fill('CP005'),
    )
  })

  test('cannot move money across currencies', async () => {
    const move = `SELECT ledger.post_interfund($1, 't', 't', now(), 'a', NULL, $2, $3, 1, 'bank', 'main')`
    expect(await stateOf(app, move, [randomUUID(), funds.campaign, euros])).toBe('CP005')
  })

  test.each([
    ['become the owner', 'SET ROLE purse_owner'],
    ['become the superuser', 'SET SESSION AUTHORIZATION postgres'],
    ['switch the triggers off', `SET session_replication_role = replica`],
    ['make a table in the schema', 'CREATE TABLE ledger.mine (id int)'],
    ['make a function in the schema', `CREATE FUNCTION ledger.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    [
      'replace a posting function',
      `CREATE OR REPLACE FUNCTION ledger.fold(p_fund bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'`,
    ],
    ['change the settings of a function', 'ALTER FUNCTION ledger.fold(bigint) SECURITY INVOKER'],
    ['grant itself rights', 'GRANT ALL ON ALL TABLES IN SCHEMA ledger TO purse_app'],
    ['take a sequence forward', `SELECT nextval('ledger.entry_id_seq')`],
    ['drop the schema', 'DROP SCHEMA ledger CASCADE'],
  ])('cannot %s', async (_, sql) => {
    // A grant by someone without the right to give it says so only in a warning: what counts is that nothing changed.
    expect((await stateOf(app, sql)) ?? (await stateOf(app, `${sql}; SELECT * FROM ledger.entry`))).toBe(DENIED)
  })

  test('cannot put its own objects in front of the ledger’s with a search path', async () => {
    const decoy = `CREATE TEMP TABLE guard (fund_id bigint, headroom_minor bigint); INSERT INTO guard VALUES (${funds.campaign}, 1000000);
      SET search_path = pg_temp, public; SELECT ledger.encumber('${randomUUID()}', 't', 't', now(), 'a', NULL, ${funds.campaign}, 999999)`
    expect(await stateOf(app, decoy)).toBe('CP001')
  })

  test('cannot decide or fold on an old snapshot', async () => {
    for (const level of ['REPEATABLE READ', 'SERIALIZABLE']) {
      for (const call of [
        `SELECT ledger.fold(${funds.campaign})`,
        `SELECT ledger.encumber('${randomUUID()}', 't', 't', now(), 'a', NULL, ${funds.campaign}, 1)`,
      ]) {
        expect(await stateOf(app, `SET TRANSACTION ISOLATION LEVEL ${level}; ${call}`)).toBe('CP007')
      }
    }
  })
})

describe('a session under the owner’s role', () => {
  const APPEND_ONLY = 'CP006'

  test.each(TABLES)('cannot update, delete or truncate ledger.%s', async (table) => {
    const columns = await owner.query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'ledger' AND table_name = $1 AND is_identity = 'NO'`,
      [table],
    )
    const column = columns.rows[0]!.column_name
    expect(await stateOf(owner, `UPDATE ledger.${table} SET ${column} = ${column}`)).toBe(APPEND_ONLY)
    expect(await stateOf(owner, `DELETE FROM ledger.${table}`)).toBe(APPEND_ONLY)
    expect(await stateOf(owner, `TRUNCATE ledger.${table} CASCADE`)).toBe(APPEND_ONLY)
  })

  test('cannot delete or truncate the guard, or move it backwards', async () => {
    expect(await stateOf(owner, 'DELETE FROM ledger.guard')).toBe(APPEND_ONLY)
    expect(await stateOf(owner, 'TRUNCATE ledger.guard')).toBe(APPEND_ONLY)
    expect(
      await stateOf(owner, 'UPDATE ledger.guard SET folded_to = 0, version = version + 1 WHERE folded_to > 0'),
    ).toBe(APPEND_ONLY)
    expect(
      await stateOf(owner, 'UPDATE ledger.guard SET next_cent = 0, version = version + 1 WHERE next_cent > 0'),
    ).toBe(APPEND_ONLY)
    expect(await stateOf(owner, 'UPDATE ledger.guard SET loss_reserve_minor = 0')).toBe(APPEND_ONLY)
  })

  test('cannot set a headroom, or balances that leave it below zero', async () => {
    expect(await stateOf(owner, 'UPDATE ledger.guard SET headroom_minor = 1000000, version = version + 1')).toBe(
      '428C9',
    )
    expect(
      await stateOf(owner, `UPDATE ledger.guard SET balances[41] = -1, balances[2] = -1, version = version + 1`),
    ).toBe('23514')
  })

  const insert = (columns: Record<string, unknown>) => {
    const base = {
      entry_id: giftEntryId,
      kind: 'gift',
      fund_id: funds.campaign,
      currency: 'USD',
      debit_account_id: funds.campaign * 100n + 1n,
      credit_account_id: funds.campaign * 100n + 11n,
      amount_minor: 100n,
      ...columns,
    }
    const names = Object.keys(base)
    const sql = `INSERT INTO ledger.transfer (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`
    return { sql, values: Object.values(base) }
  }
  const fresh = async (columns: Record<string, unknown>, kind = 'gift') => {
    await owner.query('BEGIN')
    try {
      const made = await owner.query<{ id: string }>(
        `INSERT INTO ledger.entry (kind, idempotency_key, request_hash, source_type, source_id, effective_at, actor_id)
          VALUES ($1, $2, '', '', '', now(), '') RETURNING id`,
        [kind, randomUUID()],
      )
      const { sql, values } = insert({ entry_id: made.rows[0]!.id, kind, ...columns })
      await owner.query(sql, values)
      return null
    } catch (error) {
      return (error as { constraint?: string }).constraint ?? String(error)
    } finally {
      await owner.query('ROLLBACK')
    }
  }

  test('cannot add a transfer to an entry of an earlier transaction, not even as a replica would', async () => {
    const late = insert({})
    expect(await stateOf(owner, late.sql, late.values)).toBe('23503')
    const admin = await database.asOwner()
    await admin.query('RESET ROLE; SET session_replication_role = replica')
    expect(await stateOf(admin, late.sql, late.values)).toBe('23503')
  })

  test('cannot write a transfer without an entry, or two of which one has none', async () => {
    expect(await fresh({ entry_id: 999_999_999n })).toBe('transfer_of_its_entry')
    const entry = `WITH made AS (INSERT INTO ledger.entry (kind, idempotency_key, request_hash, source_type, source_id, effective_at, actor_id)
      VALUES ('gift', gen_random_uuid()::text, '', '', '', now(), '') RETURNING id)`
    const write = (ids: string) => `${entry} INSERT INTO ledger.transfer
        (entry_id, kind, fund_id, currency, debit_account_id, credit_account_id, amount_minor)
      SELECT id, 'gift', ${funds.campaign}, 'USD', ${funds.campaign}01, ${funds.campaign}11, 100 FROM (${ids}) ids`
    expect(await stateOf(owner, write('SELECT id FROM made'))).toBeNull()
    expect(await stateOf(owner, write('SELECT id FROM made UNION ALL SELECT 999999999'))).toBe('23503')
  })

  test('cannot call a fact late that is dated on or after the day it is posted on', async () => {
    const late = (
      original: string,
    ) => `WITH made AS (INSERT INTO ledger.entry (kind, idempotency_key, request_hash, source_type, source_id,
        effective_at, original_effective_at, actor_id)
      VALUES ('gift', gen_random_uuid()::text, '', '', '', '2026-03-01', '${original}', '') RETURNING id)
      INSERT INTO ledger.transfer (entry_id, kind, fund_id, currency, debit_account_id, credit_account_id, amount_minor)
      SELECT id, 'gift', ${funds.campaign}, 'USD', ${funds.campaign}01, ${funds.campaign}11, 100 FROM made`
    expect(await stateOf(owner, late('2026-02-28'))).toBeNull()
    expect(await stateOf(owner, late('2026-03-01'))).toBe('23514')
    expect(await stateOf(owner, late('2026-03-02'))).toBe('23514')
  })

  test('cannot debit one fund and credit another, or mix currencies, amounts of nothing, or one account with itself', async () => {
    expect(await fresh({})).toBeNull()
    expect(await fresh({ credit_account_id: funds.general * 100n + 11n })).toBe('transfer_legal')
    expect(await fresh({ debit_account_id: funds.general * 100n + 1n })).toBe('transfer_legal')
    expect(await fresh({ currency: 'EUR' })).toBe('transfer_legal')
    expect(await fresh({ amount_minor: 0n })).toBe('transfer_amount_minor_check')
    expect(await fresh({ amount_minor: -1n })).toBe('transfer_amount_minor_check')
    expect(await fresh({ credit_account_id: funds.campaign * 100n + 1n })).toBe('transfer_legal')
  })

  test('cannot hide one transfer that no rule allows among those that one does, not even as a replica would', async () => {
    const write = (credit: bigint) => `WITH made AS (INSERT INTO ledger.entry
        (kind, idempotency_key, request_hash, source_type, source_id, effective_at, actor_id)
      VALUES ('gift', gen_random_uuid()::text, '', '', '', now(), '') RETURNING id)
      INSERT INTO ledger.transfer (entry_id, kind, fund_id, currency, debit_account_id, credit_account_id, amount_minor)
      SELECT id, 'gift', ${funds.campaign}, 'USD', ${funds.campaign}01, c, 100 FROM made,
        (VALUES (${funds.campaign}11), (${credit}), (${funds.campaign}12)) AS side (c)`
    const admin = await database.asOwner()
    await admin.query('RESET ROLE; SET session_replication_role = replica')
    for (const session of [owner, admin]) {
      expect(await stateOf(session, write(funds.campaign * 100n + 12n))).toBeNull()
      expect(await stateOf(session, write(funds.campaign * 100n + 41n))).toBe('23503')
      expect(await stateOf(session, write(funds.general * 100n + 11n))).toBe('23503')
    }
  })

  test('cannot mispost: a kind of entry moves only between its own accounts', async () => {
    expect(await fresh({ debit_account_id: funds.campaign * 100n + 41n })).toBe('transfer_legal')
    expect(await fresh({ kind: 'available' })).toMatch(/^transfer_(legal|of_its_entry)$/)
    expect(
      await fresh({
        kind: 'available',
        debit_account_id: funds.campaign * 100n + 2n,
        credit_account_id: funds.campaign * 100n + 1n,
      }),
    ).toBe('transfer_of_its_entry')
  })

  test('cannot allow a posting that no rule allows, across funds or currencies, or take one back', async () => {
    const sql = `INSERT INTO ledger.legal_posting (kind, fund_id, currency, debit_account_id, credit_account_id) VALUES ('gift', $1, $2, $3, $4)`
    const allow = (currency: string, debit: bigint, credit: bigint) =>
      stateOf(owner, sql, [funds.campaign, currency, debit, credit])
    const own = funds.campaign * 100n
    expect(await allow('USD', own + 24n, own + 41n)).toBe('23514')
    expect(await allow('USD', own + 1n, own + 1n)).toBe('23514')
    expect(await allow('USD', own + 1n, funds.general * 100n + 12n)).toBe('23503')
    expect(await allow('EUR', own + 1n, own + 11n)).toBe('23503')
    expect(await stateOf(owner, 'DELETE FROM ledger.legal_posting')).toBe('CP006')
    expect(await stateOf(owner, `UPDATE ledger.legal_posting SET kind = 'refund'`)).toBe('CP006')
  })

  test('cannot give a cent two owners, spend one twice, or spend one that was not given', async () => {
    const lot = `INSERT INTO ledger.lot (fund_id, entry_id, cents) VALUES ($1, $2, int8range($3, $4))`
    expect(await stateOf(owner, lot, [funds.campaign, giftEntryId, 9_699n, 9_701n])).toBe('23P01')
    expect(await stateOf(owner, lot, [funds.campaign, giftEntryId, 20_000n, 20_000n])).toBe('23514')
    const outflow = `INSERT INTO ledger.outflow (fund_id, entry_id, kind, cents) VALUES ($1, $2, 'refund', int8range($3, $4))`
    expect(await stateOf(owner, outflow, [funds.campaign, giftEntryId, 999n, 1_001n])).toBe('23P01')
    expect(await stateOf(owner, outflow, [funds.campaign, giftEntryId, 9_699n, 9_701n])).toBe('23503')
    expect(await stateOf(owner, outflow, [funds.campaign, giftEntryId, 1_000n, null])).toMatch(/^235/)
  })

  test('cannot reverse an entry twice', async () => {
    const reversal = `INSERT INTO ledger.entry (kind, idempotency_key, request_hash, source_type, source_id, effective_at, actor_id, reverses_entry_id)
      VALUES ('reversal', gen_random_uuid()::text, '', '', '', now(), '', ${giftEntryId})`
    expect(await stateOf(owner, `${reversal}; ${reversal}`)).toBe('23505')
  })

  test('cannot log in', async () => {
    const { rows } = await owner.query(`SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = 'purse_owner'`)
    expect(rows).toEqual([{ rolcanlogin: false, rolsuper: false }])
  })
})

test('every function the app’s role may call as the owner has a fixed search path', async () => {
  const { rows } =
    await owner.query(`SELECT proname FROM pg_proc WHERE pronamespace = 'ledger'::regnamespace AND prosecdef
    AND NOT coalesce(proconfig @> ARRAY['search_path=pg_catalog, ledger, pg_temp'], false)`)
  expect(rows).toEqual([])
})

test('nothing in the schema is open to everybody', async () => {
  const { rows } = await owner.query(`SELECT proname FROM pg_proc WHERE pronamespace = 'ledger'::regnamespace
    AND has_function_privilege('public', oid, 'EXECUTE')`)
  expect(rows).toEqual([])
})

test('verification names the row that someone above the owner tampered with', async () => {
  const admin = await database.asOwner()
  await admin.query('RESET ROLE')
  await admin.query('BEGIN')
  // ENABLE ALWAYS triggers fire for replication roles too: even the superuser has to switch them off by name.
  await admin.query('SET session_replication_role = replica')
  await expect(admin.query('UPDATE ledger.transfer SET amount_minor = amount_minor + 1')).rejects.toThrow('append-only')
  await admin.query('ROLLBACK')

  await admin.query('ALTER TABLE ledger.transfer DISABLE TRIGGER append_only')
  await admin.query(
    'UPDATE ledger.transfer SET amount_minor = amount_minor + 1 WHERE entry_id = $1 AND debit_account_id % 100 = 1',
    [giftEntryId],
  )
  await admin.query('ALTER TABLE ledger.transfer ENABLE ALWAYS TRIGGER append_only')
  const found = await verifyLedger(db())
  expect(found.map((violation) => violation.rule)).toEqual([
    'balance is the sum of its transfers',
    'balance is the sum of its transfers',
    'numbered cents follow the money',
  ])
  expect(found[2]).toMatchObject({ fundId: funds.campaign, rowId: giftEntryId, detail: 'gift: money 9701, cents 9700' })
})

test('verification finds what only a missing constraint would let in', async () => {
  const admin = await database.asOwner()
  await admin.query('RESET ROLE')
  const { rows: names } = await admin.query<{ conname: string }>(
    `SELECT conname FROM pg_constraint WHERE conrelid IN ('ledger.transfer'::regclass, 'ledger.outflow'::regclass) AND contype IN ('f', 'c')`,
  )
  const attempt = async (attack: string) => {
    await admin.query('BEGIN')
    await admin.query(`SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica;
      ALTER TABLE ledger.transfer DISABLE TRIGGER ALL; ALTER TABLE ledger.entry DISABLE TRIGGER ALL; ALTER TABLE ledger.outflow DISABLE TRIGGER ALL`)
    for (const { conname } of names) {
      await admin.query(`ALTER TABLE ledger.transfer DROP CONSTRAINT IF EXISTS "${conname}" CASCADE`)
      await admin.query(`ALTER TABLE ledger.outflow DROP CONSTRAINT IF EXISTS "${conname}" CASCADE`)
    }
    await admin.query('ALTER DOMAIN ledger.positive_minor DROP CONSTRAINT transfer_amount_minor_check')
    const before = await admin.query<{ rule: string; row_id: string }>('SELECT rule, row_id FROM ledger.verify()')
    await admin.query(attack)
    const after = await admin.query<{ rule: string; row_id: string }>('SELECT rule, row_id FROM ledger.verify()')
    await admin.query('ROLLBACK')
    const known = new Set(before.rows.map(({ rule, row_id }) => `${rule} ${row_id}`))
    return after.rows.filter(({ rule, row_id }) => !known.has(`${rule} ${row_id}`)).map(({ rule }) => rule)
  }
  const of = `WHERE entry_id = ${giftEntryId} AND debit_account_id % 100 = 1`
  expect(await attempt(`UPDATE ledger.transfer SET credit_account_id = debit_account_id ${of}`)).toContain(
    'transfer joins accounts of its fund and currency by a legal rule',
  )
  expect(await attempt(`UPDATE ledger.transfer SET currency = 'XXX' ${of}`)).toContain(
    'transfer joins accounts of its fund and currency by a legal rule',
  )
  expect(await attempt(`UPDATE ledger.transfer SET amount_minor = -amount_minor ${of}`)).toContain(
    'transfer joins accounts of its fund and currency by a legal rule',
  )
  expect(await attempt(`UPDATE ledger.transfer SET kind = 'refund' ${of}`)).toContain("transfer is of its entry's kind")
  expect(await attempt(`UPDATE ledger.transfer SET entry_id = 999999999 ${of}`)).toContain(
    'transfer, lot and outflow belong to an entry',
  )
  expect(await attempt(`DELETE FROM ledger.transfer WHERE entry_id = ${giftEntryId}`)).toContain('entry has a transfer')
})

test('a posting made in a transaction that fails leaves nothing', async () => {
  const idempotencyKey = randomUUID()
  await expect(
    db().$transaction(async (tx) => {
      const { postGift } = await import('#lib/ledger/post-gift.ts')
      await postGift(tx, {
        ...posting(idempotencyKey),
        fundId: funds.general,
        giftMinor: 1n,
        coverMinor: 0n,
        feeMinor: 0n,
      })
      throw new Error('something later')
    }),
  ).rejects.toThrow('something later')
  expect(await db().$queryRaw`SELECT id FROM ledger.entries WHERE idempotency_key = ${idempotencyKey}`).toEqual([])
})
