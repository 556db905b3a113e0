-- As before, and as a wire does an exchange asks the bank account as a whole (docs/decisions/0023).
CREATE OR REPLACE FUNCTION ledger.post_exchange(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_from bigint, p_from_bank text, p_amount bigint, p_fee bigint, p_to bigint, p_to_bank text, p_arrived bigint, p_worth bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_from int; v_to int;
  v_hash bytea := sha256(record_send(ROW('exchange'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_from, p_from_bank, p_amount, p_fee, p_to, p_to_bank, p_arrived, p_worth)));
BEGIN
  IF (p_amount > 0 AND p_arrived > 0 AND p_fee >= 0 AND p_worth >= 0) IS NOT TRUE THEN
    RAISE EXCEPTION 'Both amounts of an exchange are more than zero, its fee is zero or more.' USING ERRCODE = 'CP005';
  END IF;
  PERFORM lock_guards(ARRAY[p_from, p_to]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  -- Money given for one purpose stays with it, whatever its currency.
  IF NOT EXISTS (SELECT FROM fund f JOIN fund t ON t.id = p_to AND t.chapter_id = f.chapter_id AND t.restriction = f.restriction
      AND t.campaign_id IS NOT DISTINCT FROM f.campaign_id AND t.currency <> f.currency WHERE f.id = p_from) THEN
    RAISE EXCEPTION 'Money is exchanged between two currencies of one campaign, or of one chapter''s own money.' USING ERRCODE = 'CP005';
  END IF;
  v_from := bank_code(p_from, p_from_bank);
  v_to := bank_code(p_to, p_to_bank);
  PERFORM need_headroom(p_from, p_amount + p_fee);
  PERFORM need_balance(p_from, v_from, p_amount + p_fee, 'This purse has %s in that bank account; %s left it.');
  PERFORM need_bank(p_from, p_from_bank, p_amount + p_fee);
  v_entry := begin_entry('exchange', ARRAY[p_from, p_to], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  PERFORM write_transfers(v_entry, 'exchange', p_from, '{34,23}', ARRAY[v_from, v_from], ARRAY[p_amount, p_fee]);
  PERFORM spend_cents(p_from, v_entry, 'exchange', NULL, p_amount);
  PERFORM spend_cents(p_from, v_entry, 'transfer_fee', NULL, p_fee);
  PERFORM write_transfers(v_entry, 'exchange', p_to, ARRAY[v_to, 25, 34], '{34,34,25}',
    ARRAY[p_arrived, greatest(p_worth - p_arrived, 0), greatest(p_arrived - p_worth, 0)]);
  -- The lot stands in the entry whose outflows of the purse it came from: the trace goes from one to the other.
  PERFORM give_cents(p_to, v_entry, p_arrived);
  RETURN v_entry;
END $$;
