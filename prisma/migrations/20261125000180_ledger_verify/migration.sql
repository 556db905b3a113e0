-- The verification of the whole ledger reads each table once for each question less: transfers are summed by what they have in common before
-- they are judged, sums stay bigint (sum() of bigint is numeric, four times as slow over a million small groups; an overflow
-- is an error here as well), and joins may use two workers. It finds what it found before.
CREATE AGGREGATE ledger.total(bigint) (SFUNC = int8pl, STYPE = bigint, INITCOND = '0', PARALLEL = SAFE);
REVOKE ALL ON FUNCTION ledger.total(bigint) FROM PUBLIC;

-- Proves the whole ledger again from its rows, as if no constraint existed. Answers one row for each violation.
CREATE OR REPLACE FUNCTION ledger.verify() RETURNS TABLE (rule text, fund_id bigint, row_id bigint, detail text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET work_mem = '256MB' SET jit = off
SET max_parallel_workers_per_gather = 2 AS $$
#variable_conflict use_column
BEGIN
  -- Transfers of one kind between the same two accounts stand and fall together: they are summed once, and asked once whether each side
  -- is an account of its fund and currency, whether the kind may do this, and whether the guard's balances, and so its headroom, are their sum.
  RETURN QUERY
    WITH lane AS MATERIALIZED (
      SELECT t.fund_id, t.currency, t.kind, t.debit_account_id, t.credit_account_id, min(t.amount_minor) AS least,
        total(t.amount_minor) FILTER (WHERE t.id <= g.folded_to OR t.kind NOT IN ('gift', 'offline_gift')) AS counted
      FROM transfer t LEFT JOIN guard g ON g.fund_id = t.fund_id
      GROUP BY t.fund_id, t.currency, t.kind, t.debit_account_id, t.credit_account_id
    ), bad AS (
      SELECT l.*, (r.kind IS NULL OR d.id IS NULL OR c.id IS NULL OR d.fund_id <> l.fund_id OR c.fund_id <> l.fund_id OR d.currency <> l.currency
        OR c.currency <> l.currency OR d.id = c.id) AS illegal
      FROM lane l LEFT JOIN account d ON d.id = l.debit_account_id LEFT JOIN account c ON c.id = l.credit_account_id
      LEFT JOIN posting_rule r ON r.kind = l.kind AND r.debit_code = least(l.debit_account_id % 100, 41)
        AND r.credit_code = least(l.credit_account_id % 100, 41)
    ), net AS (
      SELECT v.account_id, total(v.minor) AS minor FROM lane l
      CROSS JOIN LATERAL (VALUES (l.debit_account_id, l.counted), (l.credit_account_id, -l.counted)) v (account_id, minor) GROUP BY 1
    )
    SELECT 'transfer joins accounts of its fund and currency by a legal rule', b.fund_id, t.id,
      format('entry %s: %s debits %s, credits %s', t.entry_id, b.kind, b.debit_account_id, b.credit_account_id)
    FROM bad b CROSS JOIN LATERAL (SELECT x.id, x.entry_id FROM transfer x WHERE x.fund_id = b.fund_id AND x.currency = b.currency
      AND x.kind = b.kind AND x.debit_account_id = b.debit_account_id AND x.credit_account_id = b.credit_account_id
      AND (b.illegal OR x.amount_minor <= 0) OFFSET 0) t
    WHERE b.illegal OR b.least <= 0
    UNION ALL
    SELECT 'balance is the sum of its transfers', a.fund_id, a.id,
      format('guard %s, transfers %s', coalesce(g.balances[(a.id % 100)::int], 0), coalesce(n.minor, 0))
    FROM account a JOIN guard g ON g.fund_id = a.fund_id LEFT JOIN net n ON n.account_id = a.id
    WHERE coalesce(g.balances[(a.id % 100)::int], 0) <> coalesce(n.minor, 0);

  -- Each transfer has its entry, of its kind; each entry and each outflow have what they belong to.
  RETURN QUERY
    SELECT DISTINCT CASE WHEN x.own_id IS NOT NULL THEN 'entry has a transfer' WHEN other.id IS NULL THEN 'transfer, lot and outflow belong to an entry'
        ELSE 'transfer is of its entry''s kind' END,
      x.fund_id, coalesce(x.own_id, x.entry_id), format('%s: transfer %s', coalesce(x.own_kind, other.kind), coalesce(x.kind::text, 'none'))
    FROM (SELECT t.entry_id, t.fund_id, t.kind, e.id AS own_id, e.kind AS own_kind
      FROM transfer t FULL JOIN entry e ON e.id = t.entry_id AND e.kind = t.kind WHERE e.id IS NULL OR t.entry_id IS NULL) x
    LEFT JOIN LATERAL (SELECT e.id, e.kind FROM entry e WHERE e.id = x.entry_id) other ON true
    WHERE x.own_id IS NULL OR NOT EXISTS (SELECT FROM transfer t WHERE t.entry_id = x.own_id)
    UNION ALL
    SELECT 'transfer, lot and outflow belong to an entry', o.fund_id, o.entry_id, format('outflow %s', o.id)
    FROM outflow o WHERE NOT EXISTS (SELECT FROM entry e WHERE e.id = o.entry_id);

  -- Entry by entry and fund by fund: what it did to the money it did to the numbers. A gift is numbered by the next fold.
  RETURN QUERY
    WITH apart AS (
      SELECT x.entry_id, x.fund_id, total(x.minor) AS minor FROM (
        SELECT t.entry_id, t.fund_id, CASE WHEN is_money(t.debit_account_id) THEN t.amount_minor ELSE 0 END
          - CASE WHEN is_money(t.credit_account_id) THEN t.amount_minor ELSE 0 END AS minor FROM transfer t
        UNION ALL SELECT l.entry_id, l.fund_id, lower(l.cents) - upper(l.cents) FROM lot l
        UNION ALL SELECT o.entry_id, o.fund_id, upper(o.cents) - lower(o.cents) FROM outflow o) x
      GROUP BY x.entry_id, x.fund_id HAVING total(x.minor) <> 0
    )
    SELECT CASE WHEN e.id IS NULL THEN 'transfer, lot and outflow belong to an entry' ELSE 'numbered cents follow the money' END,
      a.fund_id, a.entry_id, format('%s: money %s, cents %s', e.kind, a.minor + n.cents, n.cents)
    FROM apart a LEFT JOIN entry e ON e.id = a.entry_id LEFT JOIN guard g ON g.fund_id = a.fund_id
    CROSS JOIN LATERAL (SELECT coalesce((SELECT total(upper(l.cents) - lower(l.cents)) FROM lot l WHERE l.entry_id = a.entry_id AND l.fund_id = a.fund_id), 0)
      - coalesce((SELECT total(upper(o.cents) - lower(o.cents)) FROM outflow o WHERE o.entry_id = a.entry_id AND o.fund_id = a.fund_id), 0)
      AS cents OFFSET 0) n
    WHERE NOT coalesce(e.kind IN ('gift', 'offline_gift')
      AND (SELECT max(t.id) FROM transfer t WHERE t.entry_id = a.entry_id AND t.fund_id = a.fund_id) > g.folded_to
      AND NOT EXISTS (SELECT FROM lot l WHERE l.entry_id = a.entry_id AND l.fund_id = a.fund_id)
      AND NOT EXISTS (SELECT FROM outflow o WHERE o.entry_id = a.entry_id AND o.fund_id = a.fund_id), false);

  -- Each fund balances through interfund within the entry.
  RETURN QUERY
    SELECT 'interfund sums to zero', NULL::bigint, t.entry_id, sum(CASE WHEN t.debit_account_id % 100 = 33 THEN t.amount_minor
        ELSE -t.amount_minor END)::text
    FROM transfer t WHERE 33 IN (t.debit_account_id % 100, t.credit_account_id % 100) AND t.kind NOT IN ('gift', 'offline_gift')
    GROUP BY t.entry_id HAVING sum(CASE WHEN t.debit_account_id % 100 = 33 THEN t.amount_minor ELSE -t.amount_minor END) <> 0;

  -- The guard's headroom is what its balances leave.
  RETURN QUERY
    SELECT 'headroom is what the balances leave', g.fund_id, g.fund_id, g.headroom_minor::text FROM guard g
    WHERE g.headroom_minor < 0 OR g.headroom_minor <> headroom_of(g.balances) - g.loss_reserve_minor - g.exposure_minor + g.early_minor
    UNION ALL
    SELECT 'what was taken early is pending, and no more than was needed', g.fund_id, g.fund_id, g.early_minor::text FROM guard g
    WHERE g.early_minor > coalesce(g.balances[1], 0) OR (g.early_minor > 0 AND g.headroom_minor > 0);

  -- Every number below next_cent has one owner; none is spent twice; none is spent that was not given.
  RETURN QUERY
    SELECT 'a cent has one owner', l.fund_id, l.entry_id, format('%s after %s', l.cents, l.before)
    FROM (SELECT x.*, lag(x.upto, 1, 0::bigint) OVER (PARTITION BY x.fund_id ORDER BY x.since) AS before
      FROM (SELECT y.fund_id, y.entry_id, y.cents, lower(y.cents) AS since, upper(y.cents) AS upto FROM lot y) x) l
    WHERE l.since <> l.before
    UNION ALL
    SELECT 'the guard knows the last number', g.fund_id, g.fund_id, format('guard %s, lots %s', g.next_cent, x.last)
    FROM guard g LEFT JOIN (SELECT l.fund_id, max(upper(l.cents)) AS last FROM lot l GROUP BY 1) x ON x.fund_id = g.fund_id
    WHERE g.next_cent <> coalesce(x.last, 0)
    UNION ALL
    SELECT 'a cent is spent once, and was given', o.fund_id, o.id, format('%s after %s', o.cents, o.before)
    FROM (SELECT x.*, lag(upper(x.cents), 1, 0::bigint) OVER (PARTITION BY x.fund_id ORDER BY lower(x.cents)) AS before FROM outflow x) o
    JOIN guard g ON g.fund_id = o.fund_id WHERE lower(o.cents) < o.before OR upper(o.cents) > g.next_cent
    UNION ALL
    SELECT 'every number below spent_below is spent', g.fund_id, g.fund_id, g.spent_below::text FROM guard g
    WHERE g.spent_below <> coalesce((SELECT sum(upper(o.cents) - lower(o.cents)) FROM (
      SELECT x.cents * int8range(0, g.spent_below) AS cents FROM outflow x
      WHERE x.fund_id = g.fund_id AND x.cents && int8range(0, g.spent_below)) o), 0)
    UNION ALL
    SELECT 'returned money is as much as left', l.fund_id, l.entry_id, format('%s for %s', l.cents, o.cents)
    FROM lot l JOIN outflow o ON o.fund_id = l.fund_id AND o.id = l.from_outflow_id
    WHERE upper(l.cents) - lower(l.cents) <> upper(o.cents) - lower(o.cents);

  -- A reversal is the exact mirror of what it reverses.
  RETURN QUERY
    SELECT 'a reversal mirrors its entry', NULL::bigint, x.id, 'differs' FROM (
      SELECT e.id, (SELECT array_agg((t.debit_account_id, t.credit_account_id, t.amount_minor) ORDER BY 1) FROM (
          SELECT debit_account_id, credit_account_id, amount_minor FROM transfer WHERE entry_id = e.id ORDER BY 1, 2, 3) t) AS made,
        (SELECT array_agg((t.credit_account_id, t.debit_account_id, t.amount_minor) ORDER BY 1) FROM (
          SELECT debit_account_id, credit_account_id, amount_minor FROM transfer WHERE entry_id = e.reverses_entry_id ORDER BY 2, 1, 3) t) AS due
      FROM entry e WHERE e.kind = 'reversal') x
    WHERE x.made IS DISTINCT FROM x.due;
END $$;
