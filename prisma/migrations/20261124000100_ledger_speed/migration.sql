-- A transfer had three conditions checked apart: both accounts of its fund and currency (two keys) and a legal pair for
-- its kind of entry (a function). Now the legal pairs of each fund are rows, held to the same three conditions once, when
-- the fund opens, and a transfer has one key to them. Donors of one fund lock fewer rows, and a posting needs 13 % fewer
-- instructions (docs/decisions/0009).

CREATE TABLE ledger.legal_posting (
  kind ledger.entry_kind NOT NULL,
  fund_id bigint NOT NULL,
  currency text COLLATE "C" NOT NULL,
  debit_account_id bigint NOT NULL,
  credit_account_id bigint NOT NULL,
  PRIMARY KEY (debit_account_id, credit_account_id, kind, fund_id, currency),
  CHECK (debit_account_id <> credit_account_id),
  CONSTRAINT legal_posting_debit FOREIGN KEY (debit_account_id, fund_id, currency) REFERENCES ledger.account (id, fund_id, currency),
  CONSTRAINT legal_posting_credit FOREIGN KEY (credit_account_id, fund_id, currency) REFERENCES ledger.account (id, fund_id, currency),
  CONSTRAINT legal_posting_rule CHECK (ledger.is_legal(kind, debit_account_id, credit_account_id))
);
CREATE INDEX legal_posting_fund ON ledger.legal_posting (fund_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.legal_posting
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.legal_posting ENABLE ALWAYS TRIGGER append_only;
REVOKE ALL ON ledger.legal_posting FROM PUBLIC;

-- Writes the pairs that are missing, of some funds or (null) of all.
CREATE FUNCTION ledger.open_postings(p_funds bigint[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO ledger.legal_posting (kind, fund_id, currency, debit_account_id, credit_account_id)
    SELECT r.kind, d.fund_id, d.currency, d.id, c.id
    FROM ledger.account d JOIN ledger.account c ON c.fund_id = d.fund_id AND c.id <> d.id
    JOIN ledger.posting_rule r ON r.debit_code = least(d.id % 100, 41) AND r.credit_code = least(c.id % 100, 41)
    WHERE p_funds IS NULL OR d.fund_id = ANY (p_funds)
  ON CONFLICT DO NOTHING
$$;

-- A fund or a bank that opens has its pairs in the same statement, whoever opens it.
CREATE FUNCTION ledger.account_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ledger.open_postings(ARRAY(SELECT DISTINCT fund_id FROM opened));
  RETURN NULL;
END $$;
CREATE TRIGGER account_opens AFTER INSERT ON ledger.account REFERENCING NEW TABLE AS opened
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.account_opens();
ALTER TABLE ledger.account ENABLE ALWAYS TRIGGER account_opens;

-- As before, and then the pairs that new rules allow.
CREATE OR REPLACE FUNCTION ledger.apply_posting_rules() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE (
    SELECT format('CREATE OR REPLACE FUNCTION ledger.is_legal(p_kind ledger.entry_kind, p_debit bigint, p_credit bigint)
      RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS %L',
      'BEGIN ' || string_agg(format('IF p_kind = %L THEN RETURN %s IN (%s); END IF;', kind,
        CASE WHEN banks THEN '(CASE WHEN p_debit % 100 > 41 THEN 41 ELSE p_debit % 100 END) * 100
          + (CASE WHEN p_credit % 100 > 41 THEN 41 ELSE p_credit % 100 END)'
          ELSE 'p_debit % 100 * 100 + p_credit % 100' END, pairs), ' ' ORDER BY kind) || ' RETURN false; END')
    FROM (SELECT kind, 41 = ANY (array_agg(debit_code) || array_agg(credit_code)) AS banks,
        string_agg((debit_code * 100 + credit_code)::text, ', ' ORDER BY debit_code, credit_code) AS pairs
      FROM ledger.posting_rule GROUP BY kind) r);
  PERFORM ledger.open_postings(NULL);
END $$;
REVOKE ALL ON FUNCTION ledger.open_postings, ledger.account_opens FROM PUBLIC;
DO $$ BEGIN PERFORM ledger.apply_posting_rules(); END $$;

ALTER TABLE ledger.transfer
  DROP CONSTRAINT transfer_legal,
  DROP CONSTRAINT transfer_debit,
  DROP CONSTRAINT transfer_credit,
  DROP CONSTRAINT transfer_check,
  ADD CONSTRAINT transfer_legal FOREIGN KEY (debit_account_id, credit_account_id, kind, fund_id, currency)
    REFERENCES ledger.legal_posting (debit_account_id, credit_account_id, kind, fund_id, currency);

-- The donor's path with fewer expressions, each of which PL/pgSQL prepares anew in every transaction: 4 % fewer
-- instructions. The lock still comes before any id is drawn.
CREATE OR REPLACE FUNCTION ledger.post_gift(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_gift bigint, p_cover bigint, p_fee bigint, p_tip_fund bigint, p_tip bigint, p_tip_fee bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_currency text; v_tip_currency text; v_closed timestamptz;
  v_hash bytea := sha256(record_send(ROW('gift'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_gift, p_cover, p_fee, p_tip_fund, p_tip, p_tip_fee)));
BEGIN
  IF least(p_gift - 1, p_cover, p_fee, p_gift + p_cover - p_fee, p_tip, p_tip_fee, p_tip - p_tip_fee) < 0 THEN
    PERFORM refuse_amount('The amounts of this gift do not fit together.');
  END IF;
  IF p_tip_fund IS NULL AND p_tip = 0 THEN
    SELECT currency INTO v_currency FROM fund
      WHERE id = p_fund AND pg_advisory_xact_lock_shared(5495390000000000000 + p_fund) IS NOT NULL;
  ELSE
    IF p_tip_fund IS NULL OR p_tip = 0 OR p_tip_fund = p_fund THEN
      PERFORM refuse_amount('The amounts of this gift do not fit together.');
    END IF;
    PERFORM hold_funds(ARRAY[p_fund, p_tip_fund]);
    SELECT f.currency, t.currency INTO v_currency, v_tip_currency FROM fund f JOIN fund t ON t.id = p_tip_fund WHERE f.id = p_fund;
    IF v_tip_currency <> v_currency THEN
      PERFORM refuse_amount('These funds have different currencies.');
    END IF;
  END IF;
  IF v_currency IS NULL THEN RAISE EXCEPTION 'This fund does not exist.' USING ERRCODE = 'CP004'; END IF;
  -- close_period leaves the last hour open, so only late facts have to ask.
  IF p_effective < clock_timestamp() - interval '50 minutes' THEN v_closed := closed_before(ARRAY[p_fund, p_tip_fund]); END IF;

  INSERT INTO entry (kind, idempotency_key, request_hash, source_type, source_id, effective_at, original_effective_at, actor_id, memo)
    VALUES ('gift', p_key, v_hash, p_source_type, p_source_id, greatest(p_effective, v_closed),
      CASE WHEN p_effective < v_closed THEN p_effective END, p_actor, p_memo)
    ON CONFLICT (idempotency_key) DO NOTHING RETURNING id INTO v_entry;
  IF v_entry IS NULL THEN RETURN -replayed_entry(p_key, v_hash); END IF;

  IF p_tip_fund IS NULL AND p_cover = 0 AND p_fee > 0 THEN
    INSERT INTO transfer (entry_id, kind, fund_id, currency, debit_account_id, credit_account_id, amount_minor) VALUES
      (v_entry, 'gift', p_fund, v_currency, p_fund * 100 + 1, p_fund * 100 + 11, p_gift),
      (v_entry, 'gift', p_fund, v_currency, p_fund * 100 + 21, p_fund * 100 + 1, p_fee);
  ELSE
    INSERT INTO transfer (entry_id, kind, fund_id, currency, debit_account_id, credit_account_id, amount_minor)
      SELECT v_entry, 'gift', l.fund, v_currency, l.fund * 100 + l.debit, l.fund * 100 + l.credit, l.amount
      FROM (VALUES (p_fund, 1, 11, p_gift), (p_fund, 1, 12, p_cover), (p_fund, 21, 1, p_fee), (p_tip_fund, 1, 13, p_tip),
        (p_tip_fund, 21, 1, p_tip_fee)) AS l (fund, debit, credit, amount)
      WHERE l.amount > 0;
  END IF;
  RETURN v_entry;
END $$;
