-- The chapter paid for a loss that was undone afterwards (a dispute that was won, a refund that failed): now the fund owes the
-- chapter, and may not spend what it holds for it. It gives it back the way it came; its own general fund just has it again.
INSERT INTO ledger.posting_rule (kind, debit_code, credit_code) VALUES
  ('receivable_settled', 6, 14), ('reversal', 14, 6) ON CONFLICT DO NOTHING;
DO $$ BEGIN PERFORM ledger.apply_posting_rules(); END $$;

CREATE FUNCTION ledger.return_settled(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_to bigint, p_amount bigint, p_bank text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_code_from int; v_code_to int;
  v_hash bytea := sha256(record_send(ROW('return_settled'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_to, p_amount, p_bank)));
BEGIN
  PERFORM lock_guards(ARRAY[p_fund, p_to]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  IF p_amount <= 0 OR (SELECT restriction FROM fund WHERE id = p_to) <> 'without' THEN
    RAISE EXCEPTION 'The chapter gets it back in its general fund, more than zero.' USING ERRCODE = 'CP005';
  END IF;
  PERFORM need_one_currency(ARRAY[p_fund, p_to]);
  IF (SELECT coalesce(balances[6], 0) FROM guard WHERE fund_id = p_fund) > -p_amount THEN
    RAISE EXCEPTION 'The fund owes the chapter less than that.' USING ERRCODE = 'CP001';
  END IF;
  IF p_fund = p_to THEN
    v_entry := begin_entry('receivable_settled', ARRAY[p_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
    PERFORM write_transfers(v_entry, 'receivable_settled', p_fund, '{6}', '{14}', ARRAY[p_amount]);
    PERFORM give_cents(p_fund, v_entry, p_amount);
    RETURN v_entry;
  END IF;
  v_code_from := bank_code(p_fund, p_bank);
  v_code_to := bank_code(p_to, p_bank);
  PERFORM need_balance(p_fund, v_code_from, p_amount, 'This fund has %s there; %s was asked.');
  v_entry := begin_entry('receivable_settled', ARRAY[p_fund, p_to], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  PERFORM give_cents(p_fund, v_entry, p_amount);
  PERFORM write_transfers(v_entry, 'receivable_settled', p_fund, '{6,33}', ARRAY[14, v_code_from], ARRAY[p_amount, p_amount]);
  PERFORM spend_cents(p_fund, v_entry, 'interfund', NULL, p_amount);
  PERFORM write_transfers(v_entry, 'receivable_settled', p_to, ARRAY[v_code_to], '{33}', ARRAY[p_amount]);
  PERFORM give_cents(p_to, v_entry, p_amount);
  RETURN v_entry;
END $$;
REVOKE ALL ON FUNCTION ledger.return_settled FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.return_settled TO purse_app;
