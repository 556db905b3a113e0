-- Exchange: money of a campaign's purse in one currency becomes money of its own fund in another. docs/decisions/0021.

-- ───────────────────────────────────────── in the ledger ─────────────────────────────────────────

-- One entry, each side inside its fund: what leaves goes through the purse's exchange account, what arrives through the
-- fund's. Code 25 takes what the money lost, or gives what it gained, between the day it was given and this one.
INSERT INTO ledger.posting_rule (kind, debit_code, credit_code) VALUES
  ('exchange', 34, 41), ('exchange', 23, 41), ('exchange', 41, 34), ('exchange', 25, 34), ('exchange', 34, 25),
  ('reversal', 41, 34), ('reversal', 41, 23), ('reversal', 34, 41), ('reversal', 34, 25), ('reversal', 25, 34)
ON CONFLICT DO NOTHING;
DO $$ BEGIN PERFORM ledger.apply_posting_rules(); END $$;

-- p_amount left bank p_from_bank for p_arrived in p_to_bank, and the bank kept p_fee beside it. p_worth is what the cents
-- were worth in the second currency when they were given: what is booked as exchanged; the rest is loss or gain.
CREATE FUNCTION ledger.post_exchange(
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

-- The mirror of a wrong exchange, once, while everything that arrived is still there.
CREATE FUNCTION ledger.reverse_exchange(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text, p_entry bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_funds bigint[] := entry_funds(p_entry); t record;
  v_hash bytea := sha256(record_send(ROW('reversal'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo, p_entry)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM open_entry(p_entry, '{exchange}');
  IF EXISTS (SELECT FROM lot l JOIN outflow o ON o.fund_id = l.fund_id AND o.cents && l.cents WHERE l.entry_id = p_entry) THEN
    RAISE EXCEPTION 'Money of this exchange has been spent since, so it can no longer be taken back.' USING ERRCODE = 'CP003';
  END IF;
  SELECT fund_id, (debit_account_id % 100)::int AS bank, amount_minor INTO t FROM transfer
    WHERE entry_id = p_entry AND debit_account_id % 100 >= 41;
  PERFORM need_headroom(t.fund_id, t.amount_minor);
  PERFORM need_balance(t.fund_id, t.bank, t.amount_minor, 'The fund has %s in that bank account; %s arrived by this exchange.');
  v_entry := begin_entry('reversal', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo, p_entry);
  PERFORM mirror(v_entry, 'reversal', p_entry);
  RETURN v_entry;
END $$;

REVOKE ALL ON FUNCTION ledger.post_exchange, ledger.reverse_exchange FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.post_exchange, ledger.reverse_exchange TO purse_app;

-- As before; the bank's fee for an exchange may be a line of its own, as that for a wire.
CREATE OR REPLACE VIEW ledger.bank_movements AS
  SELECT t.entry_id, a.external_id, t.currency, e.kind::text AS kind, s.part, sum(s.minor)::bigint AS amount_minor,
    e.effective_at, e.source_type, e.source_id, e.reverses_entry_id, e.completes_entry_id, array_agg(DISTINCT t.fund_id) AS fund_ids
  FROM ledger.transfer t
  JOIN ledger.entry e ON e.id = t.entry_id
  CROSS JOIN LATERAL (VALUES (t.debit_account_id, t.amount_minor, t.credit_account_id), (t.credit_account_id, -t.amount_minor, t.debit_account_id))
    AS m (account_id, minor, other_id)
  CROSS JOIN LATERAL (SELECT m.minor, CASE WHEN t.kind IN ('release', 'exchange') AND m.other_id % 100 = 23 THEN 'fee' ELSE 'whole' END AS part) s
  JOIN ledger.account a ON a.id = m.account_id
  WHERE (t.debit_account_id % 100 >= 41 OR t.credit_account_id % 100 >= 41) AND m.account_id % 100 >= 41
  GROUP BY t.entry_id, a.external_id, t.currency, e.kind, s.part, e.effective_at, e.source_type, e.source_id, e.reverses_entry_id,
    e.completes_entry_id
  HAVING sum(s.minor) <> 0;

-- ──────────────────────────────────── what a treasurer recorded ────────────────────────────────────

CREATE TABLE currency_exchange (
  id uuid NOT NULL DEFAULT uuidv7() CONSTRAINT currency_exchange_pkey PRIMARY KEY,
  chapter_id uuid NOT NULL,
  -- Null for the chapter's own money.
  campaign_id uuid,
  -- The shown form: the same form twice is one exchange.
  submission_key text NOT NULL CHECK (length(submission_key) BETWEEN 16 AND 64),
  from_fund_id bigint NOT NULL,
  from_currency text NOT NULL,
  from_bank text NOT NULL,
  -- As the bank's statements say; the fee beside it, in the currency that left.
  from_minor bigint NOT NULL CHECK (from_minor > 0),
  fee_minor bigint NOT NULL CHECK (fee_minor >= 0),
  to_fund_id bigint NOT NULL,
  to_currency text NOT NULL,
  to_bank text NOT NULL,
  to_minor bigint NOT NULL CHECK (to_minor > 0),
  -- What the exchanged cents were worth when they were given, as far as that is known, else what arrived for them.
  worth_minor bigint NOT NULL CHECK (worth_minor >= 0),
  -- How much of the second currency one of the first came to: evidence, never what an amount is computed from.
  rate numeric(24, 12) NOT NULL CHECK (rate >= 0),
  rate_source text NOT NULL CHECK (length(rate_source) BETWEEN 1 AND 140),
  exchanged_on date NOT NULL,
  entry_id bigint NOT NULL,
  recorded_by_id uuid NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  reversal_entry_id bigint,
  reversed_by_id uuid,
  reversed_at timestamptz(3),
  reversed_reason text CHECK (length(reversed_reason) BETWEEN 1 AND 500),
  CONSTRAINT currency_exchange_two_currencies CHECK (from_currency <> to_currency),
  CONSTRAINT currency_exchange_reversed CHECK (num_nulls(reversal_entry_id, reversed_by_id, reversed_at, reversed_reason) IN (0, 4))
);
CREATE UNIQUE INDEX currency_exchange_submission_key_key ON currency_exchange (submission_key);
CREATE UNIQUE INDEX currency_exchange_entry_id_key ON currency_exchange (entry_id);
CREATE UNIQUE INDEX currency_exchange_reversal_entry_id_key ON currency_exchange (reversal_entry_id);
CREATE INDEX currency_exchange_chapter_id_idx ON currency_exchange (chapter_id);
CREATE INDEX currency_exchange_from_fund_id_idx ON currency_exchange (from_fund_id);
CREATE INDEX currency_exchange_to_fund_id_idx ON currency_exchange (to_fund_id);
ALTER TABLE currency_exchange
  ADD CONSTRAINT currency_exchange_chapter_id_fkey FOREIGN KEY (chapter_id) REFERENCES chapter (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT currency_exchange_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign (id) ON DELETE RESTRICT ON UPDATE CASCADE;

REVOKE DELETE, TRUNCATE ON currency_exchange FROM purse_app;
CREATE TRIGGER currency_exchange_kept BEFORE DELETE ON currency_exchange FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- While nobody may be paid from a campaign, its money in other currencies stays where it is as well (docs/decisions/0016).
-- The campaign's row is held, so that this and a hold that begins follow one another; a group that stops being payable
-- waits for this transaction.
CREATE FUNCTION campaign_is_frozen(p_campaign uuid) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM public.campaign c WHERE c.id = p_campaign FOR SHARE;
  PERFORM FROM aid_group g WHERE g.id IN (SELECT l.aid_group_id FROM campaign_aid_group l WHERE l.campaign_id = p_campaign) ORDER BY g.id FOR SHARE;
  RETURN NOT EXISTS (SELECT FROM campaign_aid_group l WHERE l.campaign_id = p_campaign AND aid_group_is_payable(l.aid_group_id, clock_timestamp())
    AND NOT EXISTS (SELECT FROM campaign_hold h WHERE h.campaign_id = p_campaign AND h.aid_group_id = l.aid_group_id AND h.status IN ('choosing', 'closed')));
END $$;

CREATE FUNCTION currency_exchange_guard() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.reversal_entry_id IS NOT NULL OR to_jsonb(OLD) - '{reversal_entry_id,reversed_by_id,reversed_at,reversed_reason}'::text[]
      IS DISTINCT FROM to_jsonb(NEW) - '{reversal_entry_id,reversed_by_id,reversed_at,reversed_reason}'::text[] THEN
      RAISE EXCEPTION 'exchange: it stays as it was recorded' USING ERRCODE = 'CP361';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.reversal_entry_id IS NOT NULL THEN RAISE EXCEPTION 'exchange: it begins as one that stands' USING ERRCODE = 'CP361'; END IF;
  IF NOT EXISTS (SELECT FROM ledger.fund f JOIN ledger.fund t ON t.id = NEW.to_fund_id AND t.currency = NEW.to_currency
      WHERE f.id = NEW.from_fund_id AND f.currency = NEW.from_currency AND f.chapter_id = NEW.chapter_id
        AND f.campaign_id IS NOT DISTINCT FROM NEW.campaign_id)
    OR NOT EXISTS (SELECT FROM campaign WHERE id = NEW.campaign_id AND fund_id = NEW.to_fund_id
      UNION ALL SELECT FROM chapter WHERE id = NEW.chapter_id AND general_fund_id = NEW.to_fund_id AND NEW.campaign_id IS NULL) THEN
    RAISE EXCEPTION 'exchange: goes from a purse to the fund that its campaign or chapter pays from' USING ERRCODE = 'CP361';
  END IF;
  IF NEW.campaign_id IS NOT NULL AND campaign_is_frozen(NEW.campaign_id) THEN
    RAISE EXCEPTION 'exchange: nobody may be paid from this campaign now' USING ERRCODE = 'CP362';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER currency_exchange_guard BEFORE INSERT OR UPDATE ON currency_exchange FOR EACH ROW EXECUTE FUNCTION currency_exchange_guard();
ALTER TABLE currency_exchange ENABLE ALWAYS TRIGGER currency_exchange_guard;

-- What it says is what the ledger did.
CREATE FUNCTION currency_exchange_in_books() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, ledger, pg_temp AS $$
DECLARE x public.currency_exchange; booked record;
BEGIN
  SELECT * INTO x FROM public.currency_exchange WHERE id = NEW.id;
  SELECT sum(amount_minor) FILTER (WHERE fund_id = x.from_fund_id AND debit_account_id % 100 = 34) AS gone,
    coalesce(sum(amount_minor) FILTER (WHERE fund_id = x.from_fund_id AND debit_account_id % 100 = 23), 0) AS fee,
    sum(amount_minor) FILTER (WHERE fund_id = x.to_fund_id AND debit_account_id % 100 >= 41) AS come,
    sum(CASE WHEN credit_account_id % 100 = 34 THEN amount_minor ELSE -amount_minor END) FILTER (WHERE fund_id = x.to_fund_id) AS worth
    INTO booked FROM ledger.transfer WHERE entry_id = x.entry_id AND kind = 'exchange';
  IF (booked.gone = x.from_minor AND booked.fee = x.fee_minor AND booked.come = x.to_minor AND booked.worth = x.worth_minor) IS NOT TRUE
    OR NOT EXISTS (SELECT FROM ledger.entry WHERE id = x.entry_id AND source_type = 'currency_exchange' AND source_id = x.id::text) THEN
    RAISE EXCEPTION 'exchange: the ledger did not exchange these amounts for it' USING ERRCODE = 'CP361';
  END IF;
  IF x.reversal_entry_id IS NOT NULL AND NOT EXISTS (SELECT FROM ledger.entry
      WHERE id = x.reversal_entry_id AND kind = 'reversal' AND reverses_entry_id = x.entry_id) THEN
    RAISE EXCEPTION 'exchange: the ledger did not take it back' USING ERRCODE = 'CP361';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER currency_exchange_in_books AFTER INSERT OR UPDATE ON currency_exchange DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION currency_exchange_in_books();
ALTER TABLE currency_exchange ENABLE ALWAYS TRIGGER currency_exchange_in_books;

-- And what the ledger exchanged of a chapter's money is what its treasurers recorded, whoever called the function.
CREATE FUNCTION ledger_exchanged() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, ledger, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM ledger.fund f JOIN chapter c ON c.id = f.chapter_id WHERE f.id = NEW.fund_id)
    AND (SELECT coalesce(balances[34], 0) FROM ledger.guard WHERE fund_id = NEW.fund_id) IS DISTINCT FROM
      (SELECT coalesce(sum(from_minor), 0) FROM currency_exchange WHERE from_fund_id = NEW.fund_id AND reversal_entry_id IS NULL)
      - (SELECT coalesce(sum(worth_minor), 0) FROM currency_exchange WHERE to_fund_id = NEW.fund_id AND reversal_entry_id IS NULL) THEN
    RAISE EXCEPTION 'exchange: a chapter''s money is exchanged, and that is taken back, only as its treasurers recorded' USING ERRCODE = 'CP361';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_exchanged AFTER UPDATE ON ledger.guard DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.balances[34] IS DISTINCT FROM NEW.balances[34]) EXECUTE FUNCTION ledger_exchanged();
ALTER TABLE ledger.guard ENABLE ALWAYS TRIGGER ledger_exchanged;
REVOKE ALL ON FUNCTION campaign_is_frozen, currency_exchange_guard, currency_exchange_in_books, ledger_exchanged FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campaign_is_frozen TO purse_app;
