-- Stripe takes refunds and disputes out of a payout before it sends it. The line of a fund that owes is negative then: the share
-- of another fund is more than what came to the bank for it, until Stripe sends the rest or the chapter pays its debt. Each share
-- alone cannot say whether the bank has the money; a wire therefore also asks the account as a whole
-- (docs/decisions/0023, found by the simulator with seed 20328).
ALTER TABLE ledger.guard ADD COLUMN bank_short boolean GENERATED ALWAYS AS (0 > ANY (balances[41:])) STORED;
-- Seldom true, and a look into an empty index costs a wire next to nothing.
CREATE INDEX guard_bank_short ON ledger.guard (fund_id) WHERE bank_short;

-- Refuses where all funds together have less in that bank account. Wires of one account wait for each other while a share of it
-- is short; a payout never brings less than nothing, so no arrival has to wait.
CREATE FUNCTION ledger.need_bank(p_fund bigint, p_bank text, p_minor bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_currency text; v_has bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM guard WHERE bank_short) THEN RETURN; END IF;
  SELECT currency INTO v_currency FROM fund WHERE id = p_fund;
  PERFORM pg_advisory_xact_lock(hashtextextended('ledger.bank ' || v_currency || ' ' || p_bank, 0));
  SELECT sum(coalesce(g.balances[a.id % 100], 0)) INTO v_has FROM account a JOIN guard g ON g.fund_id = a.fund_id
    WHERE a.role = 'bank' AND a.external_id = p_bank AND a.currency = v_currency;
  IF v_has < p_minor THEN
    RAISE EXCEPTION 'The bank account holds % in all, because Stripe kept back what other funds owe it; the wire and its fee need %.',
      show_money(v_has, v_currency), show_money(p_minor, v_currency) USING ERRCODE = 'CP001';
  END IF;
END $$;
REVOKE ALL ON FUNCTION ledger.need_bank FROM PUBLIC;

CREATE OR REPLACE FUNCTION ledger.release(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_encumbrance bigint, p_bank text, p_fee bigint, p_lines uuid[], p_amounts bigint[]
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_fund bigint; v_promised bigint; v_sent bigint; v_bank int;
  v_hash bytea := sha256(record_send(ROW('release'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_encumbrance, p_bank, p_fee, p_lines, p_amounts)));
BEGIN
  SELECT fund_id, amount_minor INTO v_fund, v_promised FROM transfer WHERE entry_id = p_encumbrance AND kind = 'encumbrance';
  IF NOT FOUND THEN RAISE EXCEPTION 'There is no such encumbrance.' USING ERRCODE = 'CP004'; END IF;
  PERFORM lock_guards(ARRAY[v_fund]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  SELECT sum(x) INTO v_sent FROM unnest(p_amounts) AS x;
  IF p_fee < 0 OR cardinality(p_lines) <> cardinality(p_amounts) OR v_sent IS DISTINCT FROM v_promised
    OR EXISTS (SELECT FROM unnest(p_amounts) AS x WHERE x <= 0) OR array_position(p_lines, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'The lines must add up to the % that were promised.', (SELECT show_money(v_promised, currency) FROM fund WHERE id = v_fund)
      USING ERRCODE = 'CP005';
  END IF;
  PERFORM open_entry(p_encumbrance, '{encumbrance}');
  v_bank := bank_code(v_fund, p_bank);
  -- The promise itself is already out of the headroom; the fee is not, and a debt of the chapter stops every release.
  PERFORM need_headroom(v_fund, greatest(p_fee, CASE WHEN (SELECT balances[6] FROM guard WHERE fund_id = v_fund) > 0 THEN 1 ELSE 0 END));
  PERFORM need_balance(v_fund, v_bank, v_sent + p_fee, 'This fund has %s in that bank account; the wire and its fee need %s.');
  PERFORM need_bank(v_fund, p_bank, v_sent + p_fee);
  v_entry := begin_entry('release', ARRAY[v_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo, p_encumbrance);
  PERFORM write_transfers(v_entry, 'release', v_fund, ARRAY[32, 5, 23], ARRAY[31, v_bank, v_bank], ARRAY[v_promised, v_sent, p_fee]);
  FOR i IN 1 .. cardinality(p_lines) LOOP
    PERFORM spend_cents(v_fund, v_entry, 'disbursement', p_lines[i], p_amounts[i]);
  END LOOP;
  PERFORM spend_cents(v_fund, v_entry, 'transfer_fee', NULL, p_fee);
  RETURN v_entry;
END $$;
