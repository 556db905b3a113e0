-- What Stripe takes back: exact where the money still waits at Stripe, and borne as the chapter says.
-- Every function that takes another argument than before replaces its elder, so that no call can mean both.

-- ──────────────────────── refunds of money that Stripe has not made available yet ────────────────────────

-- Stripe takes a refund or a dispute from the available balance at once, also where the gift itself still waits. The books
-- do the same: `stripe_pending` is touched only by gifts and by their becoming available, and what was taken ahead of them
-- stands in `early_minor`, covered by what is pending. It goes down as the money becomes available; only take_back raises it.
ALTER TABLE ledger.guard ADD COLUMN early_minor bigint NOT NULL DEFAULT 0 CHECK (early_minor >= 0);
ALTER TABLE ledger.guard ALTER COLUMN headroom_minor
  SET EXPRESSION AS (ledger.headroom_of(balances) - loss_reserve_minor - exposure_minor + early_minor);
ALTER TABLE ledger.guard ADD CONSTRAINT guard_early CHECK (early_minor <= coalesce(balances[1], 0));
CREATE OR REPLACE VIEW ledger.guards AS
  SELECT fund_id, headroom_minor, loss_reserve_minor, exposure_minor, folded_to, next_cent, spent_below, version, early_minor
  FROM ledger.guard;

-- Writes transfers of one fund under its guard: zero amounts are left out. CHECK (headroom >= 0) has the last word.
-- p_early is what this entry takes ahead of the fund's pending money.
DROP FUNCTION ledger.write_transfers(bigint, ledger.entry_kind, bigint, bigint[], bigint[], bigint[]);
CREATE FUNCTION ledger.write_transfers(
  p_entry bigint, p_kind ledger.entry_kind, p_fund bigint, p_debits bigint[], p_credits bigint[], p_amounts bigint[],
  p_early bigint DEFAULT 0
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_balances bigint[]; v_has bigint; v_raw bigint; v_early bigint; v_currency text;
BEGIN
  SELECT shift_balances(balances, p_debits, p_credits, p_amounts), headroom_minor, f.currency, early_minor,
    headroom_of(shift_balances(balances, p_debits, p_credits, p_amounts)) - loss_reserve_minor - exposure_minor
    INTO v_balances, v_has, v_currency, v_early, v_raw FROM guard JOIN fund f ON f.id = fund_id WHERE fund_id = p_fund;
  v_early := least(v_early + p_early, greatest(-v_raw, 0));
  IF v_raw + v_early < 0 THEN
    RAISE EXCEPTION 'There is % to spend in this fund; this needs %.', show_money(v_has, v_currency),
      show_money(v_has - v_raw - v_early, v_currency) USING ERRCODE = 'CP001';
  END IF;
  IF v_balances[1] < v_early OR v_balances[3] < 0 OR v_balances[5] < 0 OR v_balances[31] < 0 THEN
    RAISE EXCEPTION 'The money of this entry has moved on; undo what came after it first.' USING ERRCODE = 'CP003';
  END IF;
  INSERT INTO transfer (entry_id, kind, fund_id, currency, debit_account_id, credit_account_id, amount_minor)
    SELECT p_entry, p_kind, p_fund, v_currency, p_fund * 100 + l.debit, p_fund * 100 + l.credit, l.amount
    FROM unnest(p_debits, p_credits, p_amounts) AS l (debit, credit, amount) WHERE l.amount <> 0;
  UPDATE guard SET balances = v_balances, early_minor = v_early, version = version + 1 WHERE fund_id = p_fund;
END $$;

-- The published part of a fund that is kept back against losses.
CREATE OR REPLACE FUNCTION ledger.set_loss_reserve(p_fund bigint, p_minor bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE v_now bigint;
BEGIN
  IF p_minor < 0 THEN RAISE EXCEPTION 'A reserve is zero or more.' USING ERRCODE = 'CP005'; END IF;
  PERFORM lock_guards(ARRAY[p_fund]);
  SELECT loss_reserve_minor INTO v_now FROM guard WHERE fund_id = p_fund;
  PERFORM need_headroom(p_fund, greatest(p_minor - v_now, 0));
  UPDATE guard SET loss_reserve_minor = p_minor, version = version + 1,
    early_minor = least(early_minor, greatest(p_minor + exposure_minor - headroom_of(balances), 0)) WHERE fund_id = p_fund;
END $$;

-- What a fund can still give back: what it may spend, and what is pending and not taken yet. Money counts the same before
-- and after Stripe makes it available, so that the bearer of a loss does not depend on the hour it is posted in.
CREATE FUNCTION ledger.giveable(p_fund bigint, p_wanted bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE g ledger.guard;
BEGIN
  IF p_fund IS NULL OR p_wanted <= 0 THEN RETURN 0; END IF;
  SELECT * INTO g FROM guard WHERE fund_id = p_fund;
  IF g.headroom_minor + g.balances[1] - g.early_minor < p_wanted THEN
    PERFORM fold_to(p_fund, barrier(p_fund));
    SELECT * INTO g FROM guard WHERE fund_id = p_fund;
  END IF;
  RETURN least(p_wanted, g.headroom_minor + g.balances[1] - g.early_minor);
END $$;

-- What Stripe took for a gift, whoever has it: the fund as far as it can give, then the reserve fund through interfund, and the
-- rest is owed by the chapter; the reserve before the fund where p_reserve_first says so. Never refused. Writes p_what.
CREATE OR REPLACE FUNCTION ledger.take_back(
  p_entry bigint, p_kind ledger.entry_kind, p_fund bigint, p_reserve bigint, p_gift_entry bigint, p_what int,
  p_outflow ledger.outflow_kind, p_amount bigint, p_reserve_first boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_reserve bigint := 0; v_own bigint; v_has bigint;
BEGIN
  IF p_amount = 0 THEN RETURN; END IF;
  IF p_reserve_first THEN v_reserve := giveable(p_reserve, p_amount); END IF;
  v_own := giveable(p_fund, p_amount - v_reserve);
  IF NOT p_reserve_first THEN v_reserve := giveable(p_reserve, p_amount - v_own); END IF;
  SELECT headroom_minor INTO v_has FROM guard WHERE fund_id = p_fund;
  PERFORM write_transfers(p_entry, p_kind, p_fund, ARRAY[p_what, p_what, 6], '{2,33,2}',
    ARRAY[v_own, v_reserve, p_amount - v_own - v_reserve], greatest(v_own - v_has, 0));
  PERFORM spend_cents(p_fund, p_entry, p_outflow, NULL, v_own, p_gift_entry);
  IF v_reserve > 0 THEN
    SELECT headroom_minor INTO v_has FROM guard WHERE fund_id = p_reserve;
    PERFORM write_transfers(p_entry, p_kind, p_reserve, '{33}', '{2}', ARRAY[v_reserve], greatest(v_reserve - v_has, 0));
    PERFORM spend_cents(p_reserve, p_entry, 'interfund', NULL, v_reserve);
  END IF;
END $$;

-- The numbers of a gift: those it was given, and those that came back to it from a refund or dispute of its own.
CREATE FUNCTION ledger.own_cents(p_fund bigint, p_gift_entry bigint) RETURNS int8multirange LANGUAGE sql STABLE AS $$
  SELECT coalesce(range_agg(l.cents), '{}'::int8multirange) FROM ledger.lot l
  WHERE l.fund_id = p_fund AND (l.entry_id = p_gift_entry OR l.from_outflow_id IN (
    SELECT o.id FROM ledger.gift_claim c JOIN ledger.outflow o ON o.entry_id = c.entry_id AND o.fund_id = c.fund_id
    WHERE c.gift_entry_id = p_gift_entry AND c.fund_id = p_fund))
$$;

-- Spends p_cents numbers of the fund: those of the gift p_own first, then first in, first out. The caller holds the guard.
CREATE OR REPLACE FUNCTION ledger.spend_cents(
  p_fund bigint, p_entry bigint, p_kind ledger.outflow_kind, p_line uuid, p_cents bigint, p_own bigint DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_free int8multirange; v_taken int8multirange := '{}';
BEGIN
  IF p_cents = 0 THEN RETURN; END IF;
  v_free := unspent_cents(p_fund);
  IF count_cents(v_free) < p_cents OR (p_own IS NOT NULL AND NOT EXISTS (
    SELECT FROM lot WHERE entry_id = p_own AND fund_id = p_fund)) THEN
    PERFORM fold_to(p_fund, barrier(p_fund));
    v_free := unspent_cents(p_fund);
  END IF;
  IF p_own IS NOT NULL THEN
    v_taken := first_cents(v_free * own_cents(p_fund, p_own), p_cents);
  END IF;
  v_taken := v_taken + first_cents(v_free - v_taken, p_cents - count_cents(v_taken));
  IF count_cents(v_taken) < p_cents THEN
    RAISE EXCEPTION 'fund % has % unspent cents, not %', p_fund, count_cents(v_free), p_cents USING ERRCODE = 'CP001';
  END IF;
  INSERT INTO outflow (fund_id, entry_id, line_id, kind, cents)
    SELECT p_fund, p_entry, p_line, p_kind, x FROM unnest(v_taken) AS x;
  v_free := v_free - v_taken;
  UPDATE guard SET spent_below = CASE WHEN isempty(v_free) THEN next_cent ELSE lower(v_free) END, version = version + 1
    WHERE fund_id = p_fund;
END $$;

-- ───────────────────────────── who bears a fee that is lost, and fees of their own ─────────────────────────────

INSERT INTO ledger.posting_rule (kind, debit_code, credit_code) VALUES
  -- a won dispute whose fee Stripe keeps, borne by the reserve
  ('dispute_won', 33, 2),
  -- processing_fees from stripe_available, interfund or on chapter_receivable; a fee given back
  ('stripe_fee', 21, 2), ('stripe_fee', 21, 33), ('stripe_fee', 33, 2), ('stripe_fee', 6, 2), ('stripe_fee', 2, 21);
DO $$ BEGIN PERFORM ledger.apply_posting_rules(); END $$;

-- What refunds, or disputes, have taken of a gift and not given back.
CREATE FUNCTION ledger.claimed_by(p_fund bigint, p_gift_entry bigint, p_kind ledger.entry_kind) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(c.amount_minor), 0)::bigint FROM ledger.gift_claim c JOIN ledger.entry e ON e.id = c.entry_id
  WHERE c.gift_entry_id = p_gift_entry AND c.fund_id = p_fund AND e.kind = p_kind
    AND NOT EXISTS (SELECT FROM ledger.entry r WHERE r.reverses_entry_id = e.id)
$$;

-- A refund, ours or made in Stripe's dashboard. What exceeds the gift's net is the processor fee that is not given back: the
-- reserve fund (the chapter's general fund) bears it first where p_reserve_first says so, else the fund itself.
-- What Stripe decided is not refused, so only refunds count against the gross, not what was disputed meanwhile.
DROP FUNCTION ledger.post_refund(text, text, text, timestamptz, text, text, bigint, bigint, bigint, bigint);
CREATE FUNCTION ledger.post_refund(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_gift_entry bigint, p_amount bigint, p_reserve bigint, p_reserve_first boolean
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_gross bigint; v_net bigint; v_before bigint; v_lost bigint; v_refunded bigint;
  v_funds bigint[] := array_remove(ARRAY[p_fund, p_reserve], NULL);
  v_hash bytea := sha256(record_send(ROW('refund'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_gift_entry, p_amount, p_reserve, p_reserve_first)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  SELECT gross, net, taken INTO v_gross, v_net, v_before FROM gift_state(p_fund, p_gift_entry);
  IF p_amount <= 0 OR p_reserve = p_fund THEN RAISE EXCEPTION 'The amount must be more than zero.' USING ERRCODE = 'CP005'; END IF;
  IF v_gross IS NULL THEN RAISE EXCEPTION 'There is no such gift to this fund.' USING ERRCODE = 'CP004'; END IF;
  v_refunded := claimed_by(p_fund, p_gift_entry, 'refund');
  IF v_refunded + p_amount > v_gross THEN
    RAISE EXCEPTION 'Of this gift % can still be refunded.', (SELECT show_money(v_gross - v_refunded, currency) FROM fund WHERE id = p_fund)
      USING ERRCODE = 'CP005';
  END IF;
  PERFORM need_one_currency(v_funds);
  PERFORM open_entry(p_gift_entry, '{gift}');
  v_entry := begin_entry('refund', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  v_lost := CASE WHEN p_reserve_first AND p_reserve IS NOT NULL
    THEN greatest(v_before + p_amount - v_net, 0) - greatest(v_before - v_net, 0) ELSE 0 END;
  INSERT INTO gift_claim (entry_id, fund_id, gift_entry_id, amount_minor) VALUES (v_entry, p_fund, p_gift_entry, p_amount);
  PERFORM take_back(v_entry, 'refund', p_fund, p_reserve, p_gift_entry, 14, 'refund', p_amount - v_lost, false);
  PERFORM take_back(v_entry, 'refund', p_fund, p_reserve, p_gift_entry, 14, 'refund', v_lost, p_reserve_first);
  RETURN v_entry;
END $$;

-- A dispute opens: the amount and the dispute's fee leave at once. What exceeds the gift's net, and the fee, are lost fees.
-- Each is at most the gift; a charge may see several, and one after a refund.
DROP FUNCTION ledger.open_dispute(text, text, text, timestamptz, text, text, bigint, bigint, bigint, bigint, bigint);
CREATE FUNCTION ledger.open_dispute(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_gift_entry bigint, p_amount bigint, p_fee bigint, p_reserve bigint,
  p_reserve_first boolean
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_gross bigint; v_net bigint; v_before bigint; v_lost bigint;
  v_funds bigint[] := array_remove(ARRAY[p_fund, p_reserve], NULL);
  v_hash bytea := sha256(record_send(ROW('dispute'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_gift_entry, p_amount, p_fee, p_reserve, p_reserve_first)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  SELECT gross, net, taken INTO v_gross, v_net, v_before FROM gift_state(p_fund, p_gift_entry);
  IF v_gross IS NULL THEN RAISE EXCEPTION 'There is no such gift to this fund.' USING ERRCODE = 'CP004'; END IF;
  IF p_amount <= 0 OR p_fee < 0 OR p_reserve = p_fund OR p_amount > v_gross THEN
    RAISE EXCEPTION 'The disputed amount does not fit the gift.' USING ERRCODE = 'CP005';
  END IF;
  PERFORM need_one_currency(v_funds);
  PERFORM open_entry(p_gift_entry, '{gift}');
  v_entry := begin_entry('dispute', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  v_lost := CASE WHEN p_reserve_first AND p_reserve IS NOT NULL
    THEN greatest(v_before + p_amount - v_net, 0) - greatest(v_before - v_net, 0) ELSE 0 END;
  INSERT INTO gift_claim (entry_id, fund_id, gift_entry_id, amount_minor) VALUES (v_entry, p_fund, p_gift_entry, p_amount);
  PERFORM take_back(v_entry, 'dispute', p_fund, p_reserve, p_gift_entry, 15, 'dispute', p_amount - v_lost, false);
  PERFORM take_back(v_entry, 'dispute', p_fund, p_reserve, p_gift_entry, 15, 'dispute', v_lost, p_reserve_first);
  PERFORM take_back(v_entry, 'dispute', p_fund, p_reserve, p_gift_entry, 22, 'dispute_fee', p_fee, p_reserve_first);
  RETURN v_entry;
END $$;

-- A won dispute: what left comes back. p_fee_kept is the part of the dispute's fee that Stripe keeps all the same.
DROP FUNCTION ledger.win_dispute(text, text, text, timestamptz, text, text, bigint, bigint);
CREATE FUNCTION ledger.win_dispute(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_dispute bigint, p_fee_kept bigint, p_reserve bigint, p_reserve_first boolean
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_funds bigint[] := array_remove(entry_funds(p_dispute) || p_reserve, NULL); c record;
  v_hash bytea := sha256(record_send(ROW('dispute_won'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_dispute, p_fee_kept, p_reserve, p_reserve_first)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM need_one_currency(v_funds);
  PERFORM open_entry(p_dispute, '{dispute}');
  v_entry := begin_entry('dispute_won', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo, p_dispute);
  PERFORM mirror(v_entry, 'dispute_won', p_dispute);
  SELECT * INTO c FROM gift_claim WHERE entry_id = p_dispute;
  PERFORM take_back(v_entry, 'dispute_won', c.fund_id, p_reserve, c.gift_entry_id, 22, 'dispute_fee', p_fee_kept, p_reserve_first);
  RETURN v_entry;
END $$;

-- A fee of Stripe's that is no part of a charge or dispute, or one given back (below zero).
CREATE FUNCTION ledger.post_stripe_fee(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_fee bigint, p_reserve bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint;
  v_funds bigint[] := array_remove(ARRAY[p_fund, p_reserve], NULL);
  v_hash bytea := sha256(record_send(ROW('stripe_fee'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_fee, p_reserve)));
BEGIN
  IF p_fee = 0 OR p_reserve = p_fund THEN RAISE EXCEPTION 'A fee is more or less than zero.' USING ERRCODE = 'CP005'; END IF;
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM need_one_currency(v_funds);
  v_entry := begin_entry('stripe_fee', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  IF p_fee < 0 THEN
    PERFORM write_transfers(v_entry, 'stripe_fee', p_fund, '{2}', '{21}', ARRAY[-p_fee]);
    PERFORM give_cents(p_fund, v_entry, -p_fee);
  ELSE
    PERFORM take_back(v_entry, 'stripe_fee', p_fund, p_reserve, NULL, 21, 'stripe_fee', p_fee, false);
  END IF;
  RETURN v_entry;
END $$;

-- The chapter pays what it owes a fund: the general fund gives, the fund takes its loss. Of its own general fund: it bears it.
CREATE OR REPLACE FUNCTION ledger.settle_receivable(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_from bigint, p_amount bigint, p_bank text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_code_from int; v_code_to int; v_has bigint;
  v_hash bytea := sha256(record_send(ROW('receivable_settled'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_from, p_amount, p_bank)));
BEGIN
  PERFORM lock_guards(ARRAY[p_fund, p_from]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  IF p_amount <= 0 OR (p_fund = p_from AND (SELECT restriction FROM fund WHERE id = p_fund) <> 'without') THEN
    RAISE EXCEPTION 'The chapter pays from its general fund, more than zero.' USING ERRCODE = 'CP005';
  END IF;
  PERFORM need_one_currency(ARRAY[p_fund, p_from]);
  PERFORM need_balance(p_fund, 6, p_amount, 'The chapter owes this fund %s, not %s.');
  IF p_fund = p_from THEN
    -- What the chapter owes its own general fund is that fund's loss as soon as it has the money.
    SELECT headroom_minor INTO v_has FROM guard WHERE fund_id = p_fund;
    IF giveable(p_fund, p_amount) < p_amount THEN
      RAISE EXCEPTION 'The general fund has too little to bear it.' USING ERRCODE = 'CP001';
    END IF;
    v_entry := begin_entry('receivable_settled', ARRAY[p_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
    PERFORM write_transfers(v_entry, 'receivable_settled', p_fund, '{14}', '{6}', ARRAY[p_amount], greatest(p_amount - v_has, 0));
    PERFORM spend_cents(p_fund, v_entry, 'refund', NULL, p_amount);
    RETURN v_entry;
  END IF;
  v_code_from := bank_code(p_from, p_bank);
  v_code_to := bank_code(p_fund, p_bank);
  PERFORM need_headroom(p_from, p_amount);
  PERFORM need_balance(p_from, v_code_from, p_amount, 'This fund has %s there; %s was asked.');
  v_entry := begin_entry('receivable_settled', ARRAY[p_from, p_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  PERFORM write_transfers(v_entry, 'receivable_settled', p_from, '{33}', ARRAY[v_code_from], ARRAY[p_amount]);
  PERFORM spend_cents(p_from, v_entry, 'interfund', NULL, p_amount);
  PERFORM give_cents(p_fund, v_entry, p_amount);
  PERFORM write_transfers(v_entry, 'receivable_settled', p_fund, ARRAY[v_code_to, 14], '{33,6}', ARRAY[p_amount, p_amount]);
  PERFORM spend_cents(p_fund, v_entry, 'refund', NULL, p_amount);
  RETURN v_entry;
END $$;

-- Who bears what an entry took back for a gift, in minor units: the gift's own cents, the fund's other unspent ones, the
-- reserve fund, and what the chapter owes. Of an entry that was reversed: nobody.
CREATE FUNCTION ledger.loss_bearers(p_gift_entry bigint, p_entries bigint[])
RETURNS TABLE (own_minor bigint, other_minor bigint, reserve_minor bigint, receivable_minor bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
  WITH standing AS (
    SELECT e.id FROM entry e WHERE e.id = ANY (p_entries) AND NOT EXISTS (SELECT FROM entry r WHERE r.reverses_entry_id = e.id)
  ), gift_funds AS (SELECT DISTINCT fund_id FROM transfer WHERE entry_id = p_gift_entry AND kind = 'gift'
  ), spent AS (
    SELECT count_cents(int8multirange(o.cents)) AS minor,
      CASE WHEN f.fund_id IS NULL THEN 0 ELSE count_cents(int8multirange(o.cents) * own_cents(o.fund_id, p_gift_entry)) END AS own
    FROM outflow o JOIN standing s ON s.id = o.entry_id LEFT JOIN gift_funds f ON f.fund_id = o.fund_id
    WHERE o.kind <> 'interfund'
  ), moved AS (
    SELECT coalesce(sum(t.amount_minor) FILTER (WHERE t.credit_account_id % 100 = 33), 0)::bigint AS reserve,
      coalesce(sum(t.amount_minor) FILTER (WHERE t.debit_account_id % 100 = 6), 0)::bigint AS receivable
    FROM transfer t JOIN standing s ON s.id = t.entry_id WHERE t.debit_account_id % 100 <> 2
  )
  SELECT coalesce((SELECT sum(own) FROM spent), 0)::bigint, coalesce((SELECT sum(minor - own) FROM spent), 0)::bigint, reserve, receivable
  FROM moved
$$;

-- ───────────────────────────────────────────── verification ─────────────────────────────────────────────

-- Proves the whole ledger again from its rows, as if no constraint existed. Answers one row for each violation.
CREATE OR REPLACE FUNCTION ledger.verify() RETURNS TABLE (rule text, fund_id bigint, row_id bigint, detail text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET work_mem = '256MB' SET jit = off AS $$
#variable_conflict use_column
BEGIN
  -- Each side of each transfer is an account of its fund and currency, and its entry's kind may do this.
  RETURN QUERY
    SELECT 'transfer joins accounts of its fund and currency by a legal rule', t.fund_id, t.id,
      format('entry %s: %s debits %s, credits %s', t.entry_id, t.kind, t.debit_account_id, t.credit_account_id)
    FROM transfer t
    LEFT JOIN account d ON d.id = t.debit_account_id LEFT JOIN account c ON c.id = t.credit_account_id
    LEFT JOIN posting_rule r ON r.kind = t.kind AND r.debit_code = least(t.debit_account_id % 100, 41)
      AND r.credit_code = least(t.credit_account_id % 100, 41)
    WHERE r.kind IS NULL OR d.id IS NULL OR c.id IS NULL OR d.fund_id <> t.fund_id OR c.fund_id <> t.fund_id OR d.currency <> t.currency OR c.currency <> t.currency
      OR d.id = c.id OR t.amount_minor <= 0;

  -- Entry by entry and fund by fund: it has transfers of its own kind, and what it did to the money it did to the numbers.
  RETURN QUERY
    WITH moved AS (
      SELECT t.entry_id, t.fund_id, min(t.kind) AS kind, max(t.kind) AS other_kind, max(t.id) AS last_id,
        sum(CASE WHEN is_money(t.debit_account_id) THEN t.amount_minor ELSE 0 END
          - CASE WHEN is_money(t.credit_account_id) THEN t.amount_minor ELSE 0 END) AS minor
      FROM transfer t GROUP BY t.entry_id, t.fund_id
    ), numbered AS (
      SELECT n.entry_id, n.fund_id, sum(n.cents) AS cents FROM (
        SELECT l.entry_id, l.fund_id, upper(l.cents) - lower(l.cents) AS cents FROM lot l
        UNION ALL SELECT o.entry_id, o.fund_id, lower(o.cents) - upper(o.cents) FROM outflow o) n GROUP BY n.entry_id, n.fund_id
    )
    SELECT CASE WHEN m.entry_id IS NULL AND n.entry_id IS NULL THEN 'entry has a transfer'
        WHEN e.id IS NULL THEN 'transfer, lot and outflow belong to an entry'
        WHEN m.kind <> e.kind OR m.other_kind <> e.kind THEN 'transfer is of its entry''s kind'
        ELSE 'numbered cents follow the money' END,
      coalesce(m.fund_id, n.fund_id), coalesce(e.id, m.entry_id, n.entry_id),
      format('%s: money %s, cents %s', e.kind, coalesce(m.minor, 0), coalesce(n.cents, 0))
    FROM entry e FULL JOIN moved m ON m.entry_id = e.id
    FULL JOIN numbered n ON n.entry_id = m.entry_id AND n.fund_id = m.fund_id
    LEFT JOIN guard g ON g.fund_id = m.fund_id
    WHERE m.entry_id IS NULL OR e.id IS NULL OR m.kind <> e.kind OR m.other_kind <> e.kind
      OR (coalesce(m.minor, 0) <> coalesce(n.cents, 0)
        AND NOT (m.kind IN ('gift', 'offline_gift') AND m.last_id > g.folded_to AND n.cents IS NULL));

  -- Each fund balances through interfund within the entry.
  RETURN QUERY
    SELECT 'interfund sums to zero', NULL::bigint, t.entry_id, sum(CASE WHEN t.debit_account_id % 100 = 33 THEN t.amount_minor
        ELSE -t.amount_minor END)::text
    FROM transfer t WHERE 33 IN (t.debit_account_id % 100, t.credit_account_id % 100) AND t.kind NOT IN ('gift', 'offline_gift')
    GROUP BY t.entry_id HAVING sum(CASE WHEN t.debit_account_id % 100 = 33 THEN t.amount_minor ELSE -t.amount_minor END) <> 0;

  -- The guard's balances, and so its headroom, are the sum of the transfers it has counted.
  RETURN QUERY
    WITH summed AS (
      SELECT t.fund_id, t.debit_account_id, t.credit_account_id, sum(t.amount_minor)::bigint AS minor FROM transfer t
      JOIN guard g ON g.fund_id = t.fund_id
      WHERE t.id <= g.folded_to OR t.kind NOT IN ('gift', 'offline_gift') GROUP BY 1, 2, 3
    ), net AS (
      SELECT s.fund_id, v.account_id, sum(v.minor)::bigint AS minor FROM summed s
      CROSS JOIN LATERAL (VALUES (s.debit_account_id, s.minor), (s.credit_account_id, -s.minor)) v (account_id, minor) GROUP BY 1, 2
    )
    SELECT 'balance is the sum of its transfers', a.fund_id, a.id,
      format('guard %s, transfers %s', coalesce(g.balances[(a.id % 100)::int], 0), coalesce(n.minor, 0))
    FROM account a JOIN guard g ON g.fund_id = a.fund_id LEFT JOIN net n ON n.account_id = a.id
    WHERE coalesce(g.balances[(a.id % 100)::int], 0) <> coalesce(n.minor, 0)
    UNION ALL
    SELECT 'headroom is what the balances leave', g.fund_id, g.fund_id, g.headroom_minor::text FROM guard g
    WHERE g.headroom_minor < 0 OR g.headroom_minor <> headroom_of(g.balances) - g.loss_reserve_minor - g.exposure_minor + g.early_minor
    UNION ALL
    SELECT 'what was taken early is pending, and no more than was needed', g.fund_id, g.fund_id, g.early_minor::text FROM guard g
    WHERE g.early_minor > coalesce(g.balances[1], 0) OR (g.early_minor > 0 AND g.headroom_minor > 0);

  -- Every number below next_cent has one owner; none is spent twice; none is spent that was not given.
  RETURN QUERY
    SELECT 'a cent has one owner', l.fund_id, l.entry_id, format('%s after %s', l.cents, l.before)
    FROM (SELECT x.*, lag(upper(x.cents), 1, 0::bigint) OVER (PARTITION BY x.fund_id ORDER BY lower(x.cents)) AS before FROM lot x) l
    WHERE lower(l.cents) <> l.before
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

REVOKE ALL ON FUNCTION ledger.write_transfers, ledger.giveable, ledger.own_cents, ledger.claimed_by, ledger.post_refund, ledger.open_dispute,
  ledger.win_dispute, ledger.post_stripe_fee, ledger.loss_bearers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.post_refund, ledger.open_dispute, ledger.win_dispute, ledger.post_stripe_fee, ledger.loss_bearers
  TO purse_app;
