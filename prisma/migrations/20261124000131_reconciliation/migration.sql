-- Bank statements, what of them is whose, and gifts that came without Stripe.

-- ─────────────────────────────────── what the bank does by itself ───────────────────────────────────

INSERT INTO ledger.posting_rule (kind, debit_code, credit_code) VALUES
  -- what the bank takes for itself, and what it gives: interest, a fee handed back
  ('bank_charge', 23, 41), ('bank_charge', 41, 23),
  -- from one bank account of a fund to another one
  ('bank_transfer', 41, 41),
  ('reversal', 41, 23), ('reversal', 23, 41), ('reversal', 41, 41)
ON CONFLICT DO NOTHING;
DO $$ BEGIN PERFORM ledger.apply_posting_rules(); END $$;

-- p_amount above zero: the bank took it; below zero: the bank gave it.
CREATE FUNCTION ledger.post_bank_charge(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_bank text, p_amount bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_bank int;
  v_hash bytea := sha256(record_send(ROW('bank_charge'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_bank, p_amount)));
BEGIN
  IF p_amount = 0 THEN RAISE EXCEPTION 'The amount must not be zero.' USING ERRCODE = 'CP005'; END IF;
  PERFORM lock_guards(ARRAY[p_fund]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  v_bank := bank_code(p_fund, p_bank);
  IF p_amount > 0 THEN
    PERFORM need_headroom(p_fund, p_amount);
    PERFORM need_balance(p_fund, v_bank, p_amount, 'This fund has %s in that bank account; the bank took %s.');
  END IF;
  v_entry := begin_entry('bank_charge', ARRAY[p_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  IF p_amount > 0 THEN
    PERFORM write_transfers(v_entry, 'bank_charge', p_fund, '{23}', ARRAY[v_bank], ARRAY[p_amount]);
    PERFORM spend_cents(p_fund, v_entry, 'transfer_fee', NULL, p_amount);
  ELSE
    PERFORM write_transfers(v_entry, 'bank_charge', p_fund, ARRAY[v_bank], '{23}', ARRAY[-p_amount]);
    PERFORM give_cents(p_fund, v_entry, -p_amount);
  END IF;
  RETURN v_entry;
END $$;

CREATE FUNCTION ledger.post_bank_transfer(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_from text, p_to text, p_amount bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_from int; v_to int;
  v_hash bytea := sha256(record_send(ROW('bank_transfer'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_from, p_to, p_amount)));
BEGIN
  IF p_amount <= 0 OR p_from = p_to THEN
    RAISE EXCEPTION 'Money moves between two different bank accounts, more than zero.' USING ERRCODE = 'CP005';
  END IF;
  PERFORM lock_guards(ARRAY[p_fund]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  v_from := bank_code(p_fund, p_from);
  v_to := bank_code(p_fund, p_to);
  PERFORM need_balance(p_fund, v_from, p_amount, 'This fund has %s in that bank account; %s was asked.');
  v_entry := begin_entry('bank_transfer', ARRAY[p_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  PERFORM write_transfers(v_entry, 'bank_transfer', p_fund, ARRAY[v_to], ARRAY[v_from], ARRAY[p_amount]);
  RETURN v_entry;
END $$;

-- The mirror of either, once. Other entries have ledger.reverse_entry.
CREATE FUNCTION ledger.undo_bank_posting(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text, p_entry bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_funds bigint[] := entry_funds(p_entry);
  v_hash bytea := sha256(record_send(ROW('reversal'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo, p_entry)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM open_entry(p_entry, '{bank_charge,bank_transfer}');
  v_entry := begin_entry('reversal', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo, p_entry);
  PERFORM mirror(v_entry, 'reversal', p_entry);
  RETURN v_entry;
END $$;

-- A deposit that was matched to the wrong bank line is reversed, and the gift is deposited again: so an entry is completed
-- once at a time, not once for ever. The completing functions hold the funds' guards, so two cannot look at the same moment.
DROP INDEX ledger.entry_completed_once;
CREATE INDEX entry_completes ON ledger.entry (completes_entry_id) WHERE completes_entry_id IS NOT NULL;
CREATE FUNCTION ledger.complete_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, ledger, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('completes:' || NEW.completes_entry_id, 0));
  IF EXISTS (SELECT FROM entry c WHERE c.completes_entry_id = NEW.completes_entry_id
    AND NOT EXISTS (SELECT FROM entry r WHERE r.reverses_entry_id = c.id)) THEN
    RAISE EXCEPTION 'entry % is already completed', NEW.completes_entry_id
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'entry_completed_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_completed_once BEFORE INSERT ON ledger.entry FOR EACH ROW
  WHEN (NEW.completes_entry_id IS NOT NULL) EXECUTE FUNCTION ledger.complete_once();
ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER entry_completed_once;

-- Few transfers touch a bank among a million gifts.
CREATE INDEX transfer_bank ON ledger.transfer (entry_id)
  WHERE debit_account_id % 100 >= 41 OR credit_account_id % 100 >= 41;

-- What each entry did to each bank account, as the bank sees it: all funds together, the fee of a wire by itself. Entries
-- that move money between funds of one account are not there, since the bank sees nothing of them.
CREATE VIEW ledger.bank_movements AS
  SELECT t.entry_id, a.external_id, t.currency, e.kind::text AS kind, s.part, sum(s.minor)::bigint AS amount_minor,
    e.effective_at, e.source_type, e.source_id, e.reverses_entry_id, e.completes_entry_id, array_agg(DISTINCT t.fund_id) AS fund_ids
  FROM ledger.transfer t
  JOIN ledger.entry e ON e.id = t.entry_id
  CROSS JOIN LATERAL (VALUES (t.debit_account_id, t.amount_minor, t.credit_account_id), (t.credit_account_id, -t.amount_minor, t.debit_account_id))
    AS m (account_id, minor, other_id)
  CROSS JOIN LATERAL (SELECT m.minor, CASE WHEN t.kind = 'release' AND m.other_id % 100 = 23 THEN 'fee' ELSE 'whole' END AS part) s
  JOIN ledger.account a ON a.id = m.account_id
  WHERE (t.debit_account_id % 100 >= 41 OR t.credit_account_id % 100 >= 41) AND m.account_id % 100 >= 41
  GROUP BY t.entry_id, a.external_id, t.currency, e.kind, s.part, e.effective_at, e.source_type, e.source_id, e.reverses_entry_id,
    e.completes_entry_id
  HAVING sum(s.minor) <> 0;

REVOKE ALL ON FUNCTION ledger.post_bank_charge, ledger.post_bank_transfer, ledger.undo_bank_posting, ledger.complete_once FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.post_bank_charge, ledger.post_bank_transfer, ledger.undo_bank_posting TO purse_app;
GRANT SELECT ON ledger.bank_movements TO purse_app;

-- ─────────────────────────────────── gifts without Stripe ───────────────────────────────────

CREATE TYPE offline_method AS ENUM ('cash', 'cheque', 'bank_transfer');
-- Whoever puts a note into a box has no address.
ALTER TABLE donor ALTER COLUMN email DROP NOT NULL;
ALTER TABLE donation ADD COLUMN offline_method offline_method, ADD COLUMN offline_reference text, ADD COLUMN entered_by_id uuid,
  ADD COLUMN deposit_entry_id bigint, ADD COLUMN reversal_entry_id bigint;
CREATE UNIQUE INDEX donation_deposit_entry_id_key ON donation (deposit_entry_id);
CREATE UNIQUE INDEX donation_reversal_entry_id_key ON donation (reversal_entry_id);
ALTER TABLE donation
  ADD CONSTRAINT donation_offline_by_somebody CHECK ((offline_method IS NULL) = (entered_by_id IS NULL)),
  ADD CONSTRAINT donation_offline_has_no_stripe CHECK (offline_method IS NULL
    OR (num_nonnulls(checkout_session_id, payment_intent_id, charge_id, balance_transaction_id) = 0 AND status = 'settled'
      AND cover_minor = 0 AND tip_minor = 0 AND fee_minor = 0)),
  ADD CONSTRAINT donation_offline_facts CHECK (offline_method IS NOT NULL
    OR num_nonnulls(offline_reference, deposit_entry_id, reversal_entry_id) = 0),
  ADD CONSTRAINT donation_deposited_or_reversed CHECK (deposit_entry_id IS NULL OR reversal_entry_id IS NULL),
  ADD CONSTRAINT donation_offline_reference CHECK (length(offline_reference) BETWEEN 1 AND 140);
CREATE INDEX donation_undeposited ON donation (campaign_id)
  WHERE offline_method IS NOT NULL AND deposit_entry_id IS NULL AND reversal_entry_id IS NULL;
CREATE INDEX donation_offline ON donation (created_at) WHERE offline_method IS NOT NULL;

-- What a gift says of its deposit and its correction is what the ledger says.
CREATE FUNCTION donation_offline_in_books() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.offline_method, OLD.entered_by_id) IS DISTINCT FROM (NEW.offline_method, NEW.entered_by_id) THEN
    RAISE EXCEPTION 'donation: how an offline gift came stays as it was entered' USING ERRCODE = 'CP332';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.reversal_entry_id IS NOT NULL AND OLD.reversal_entry_id IS DISTINCT FROM NEW.reversal_entry_id THEN
    RAISE EXCEPTION 'donation: a correction stays' USING ERRCODE = 'CP332';
  END IF;
  IF NEW.deposit_entry_id IS NOT NULL AND NOT EXISTS (SELECT FROM ledger.entry
      WHERE id = NEW.deposit_entry_id AND kind = 'offline_deposit' AND completes_entry_id = NEW.entry_id) THEN
    RAISE EXCEPTION 'donation: the ledger did not deposit this gift' USING ERRCODE = 'CP332';
  END IF;
  IF NEW.reversal_entry_id IS NOT NULL AND NOT EXISTS (SELECT FROM ledger.entry
      WHERE id = NEW.reversal_entry_id AND kind = 'reversal' AND reverses_entry_id = NEW.entry_id) THEN
    RAISE EXCEPTION 'donation: the ledger did not take this gift back' USING ERRCODE = 'CP332';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER donation_offline_in_books BEFORE INSERT OR UPDATE OF offline_method, entered_by_id, deposit_entry_id, reversal_entry_id
  ON donation FOR EACH ROW WHEN (NEW.offline_method IS NOT NULL) EXECUTE FUNCTION donation_offline_in_books();

-- ─────────────────────────────────── statements, lines, matches ───────────────────────────────────

CREATE TYPE bank_match_kind AS ENUM ('payout', 'wire', 'wire_return', 'offline_gift', 'own_transfer', 'bank_charge', 'brought_forward', 'several', 'other');

CREATE TABLE bank_account (
  id uuid NOT NULL DEFAULT uuidv7() CONSTRAINT bank_account_pkey PRIMARY KEY,
  chapter_id uuid NOT NULL,
  -- As the ledger names it. All funds whose money lies under this name and currency share the account.
  external_id text NOT NULL CHECK (external_id ~ '^[a-z0-9][a-z0-9-]{0,60}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  currency text NOT NULL,
  number_masked text NOT NULL CHECK (length(number_masked) BETWEEN 1 AND 40),
  -- Keyed: a stolen dump cannot try account numbers.
  number_digest text NOT NULL CHECK (number_digest ~ '^[0-9a-f]{64}$'),
  csv_mapping jsonb,
  opened_by_id uuid NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX bank_account_external_id_currency_key ON bank_account (external_id, currency);
CREATE INDEX bank_account_chapter_id_idx ON bank_account (chapter_id);
ALTER TABLE bank_account ADD CONSTRAINT bank_account_chapter_id_fkey FOREIGN KEY (chapter_id) REFERENCES chapter (id) ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE bank_statement (
  id uuid NOT NULL DEFAULT uuidv7() CONSTRAINT bank_statement_pkey PRIMARY KEY,
  bank_account_id uuid NOT NULL,
  file_id uuid NOT NULL,
  file_sha256 text NOT NULL CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
  -- Which statement of the file.
  position integer NOT NULL CHECK (position >= 1),
  format text NOT NULL CHECK (format IN ('camt.053', 'ofx', 'csv')),
  reference text CHECK (length(reference) <= 200),
  from_on date NOT NULL,
  to_on date NOT NULL CHECK (to_on >= from_on),
  opening_minor bigint,
  closing_minor bigint,
  -- Opening balance less the one expected after the statements before; null where either is not known.
  gap_minor bigint,
  line_count integer NOT NULL CHECK (line_count >= 0),
  -- Lines that no earlier statement had.
  new_line_count integer NOT NULL CHECK (new_line_count BETWEEN 0 AND line_count),
  imported_by_id uuid NOT NULL,
  imported_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CHECK ((opening_minor IS NULL) = (closing_minor IS NULL))
);
CREATE UNIQUE INDEX bank_statement_bank_account_id_file_sha256_position_key ON bank_statement (bank_account_id, file_sha256, position);
CREATE INDEX bank_statement_bank_account_id_to_on_idx ON bank_statement (bank_account_id, to_on);
ALTER TABLE bank_statement
  ADD CONSTRAINT bank_statement_bank_account_id_fkey FOREIGN KEY (bank_account_id) REFERENCES bank_account (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT bank_statement_file_id_fkey FOREIGN KEY (file_id) REFERENCES stored_file (id) ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE bank_match (
  id uuid NOT NULL DEFAULT uuidv7() CONSTRAINT bank_match_pkey PRIMARY KEY,
  bank_account_id uuid NOT NULL,
  kind bank_match_kind NOT NULL,
  reason text CHECK (length(reason) BETWEEN 1 AND 500),
  made_by_id text NOT NULL,
  made_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  undone_by_id text,
  undone_at timestamptz(3),
  undone_reason text CHECK (length(undone_reason) BETWEEN 1 AND 500),
  CONSTRAINT bank_match_undone CHECK (num_nulls(undone_by_id, undone_at, undone_reason) IN (0, 3)),
  CONSTRAINT bank_match_other_says_why CHECK (kind <> 'other' OR reason IS NOT NULL)
);
CREATE INDEX bank_match_bank_account_id_idx ON bank_match (bank_account_id);
ALTER TABLE bank_match ADD CONSTRAINT bank_match_bank_account_id_fkey FOREIGN KEY (bank_account_id) REFERENCES bank_account (id) ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE bank_line (
  id uuid NOT NULL DEFAULT uuidv7() CONSTRAINT bank_line_pkey PRIMARY KEY,
  bank_account_id uuid NOT NULL,
  statement_id uuid NOT NULL,
  position integer NOT NULL,
  -- The same for the same line in whatever file it comes again.
  identity text NOT NULL CHECK (identity ~ '^[0-9a-f]{32}:[0-9]+$'),
  booked_on date NOT NULL,
  valued_on date,
  -- Signed: above zero came in.
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
  counterparty text CHECK (length(counterparty) <= 300),
  remittance text NOT NULL CHECK (length(remittance) <= 2000),
  reference text CHECK (length(reference) <= 200),
  -- What kind of movement the bank says it is: CHRG, SRVCHG, PMNT/RCDT/BOOK.
  bank_code text CHECK (length(bank_code) <= 100),
  match_id uuid
);
CREATE UNIQUE INDEX bank_line_bank_account_id_identity_key ON bank_line (bank_account_id, identity);
CREATE INDEX bank_line_bank_account_id_booked_on_idx ON bank_line (bank_account_id, booked_on);
CREATE INDEX bank_line_statement_id_idx ON bank_line (statement_id);
CREATE INDEX bank_line_match_id_idx ON bank_line (match_id);
CREATE INDEX bank_line_open ON bank_line (bank_account_id, booked_on) WHERE match_id IS NULL;
ALTER TABLE bank_line
  ADD CONSTRAINT bank_line_bank_account_id_fkey FOREIGN KEY (bank_account_id) REFERENCES bank_account (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT bank_line_statement_id_fkey FOREIGN KEY (statement_id) REFERENCES bank_statement (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT bank_line_match_id_fkey FOREIGN KEY (match_id) REFERENCES bank_match (id) ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE bank_match_movement (
  match_id uuid NOT NULL,
  entry_id bigint NOT NULL,
  part text NOT NULL CHECK (part IN ('whole', 'fee')),
  bank_account_id uuid NOT NULL,
  amount_minor bigint NOT NULL,
  -- The match itself posted the entry, so undoing the match reverses it.
  posted boolean NOT NULL,
  active boolean NOT NULL DEFAULT true,
  CONSTRAINT bank_match_movement_pkey PRIMARY KEY (match_id, entry_id, part)
);
CREATE UNIQUE INDEX bank_match_movement_once ON bank_match_movement (bank_account_id, entry_id, part) WHERE active;
ALTER TABLE bank_match_movement
  ADD CONSTRAINT bank_match_movement_match_id_fkey FOREIGN KEY (match_id) REFERENCES bank_match (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT bank_match_movement_bank_account_id_fkey FOREIGN KEY (bank_account_id) REFERENCES bank_account (id) ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE reconciliation_run (
  id uuid NOT NULL DEFAULT uuidv7() CONSTRAINT reconciliation_run_pkey PRIMARY KEY,
  at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  is_zero boolean NOT NULL,
  sentence text NOT NULL,
  figures jsonb NOT NULL,
  items jsonb NOT NULL
);
CREATE INDEX reconciliation_run_at_idx ON reconciliation_run (at);

-- ─────────────────────────────────── what holds for everybody ───────────────────────────────────

CREATE FUNCTION bank_rule_broken(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'bank: %', what USING ERRCODE = 'CP501';
END $$;

-- A statement and its lines stay as the bank wrote them; only what a line was matched to changes.
CREATE FUNCTION bank_line_keeps_its_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF to_jsonb(OLD) - 'match_id' IS DISTINCT FROM to_jsonb(NEW) - 'match_id' THEN PERFORM bank_rule_broken('a line stays as the bank wrote it'); END IF;
  IF OLD.match_id IS NOT NULL AND NEW.match_id IS NOT NULL AND OLD.match_id <> NEW.match_id THEN
    PERFORM bank_rule_broken('a matched line is unmatched first');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER bank_line_keeps_its_facts BEFORE UPDATE ON bank_line FOR EACH ROW EXECUTE FUNCTION bank_line_keeps_its_facts();
CREATE TRIGGER bank_statement_kept BEFORE UPDATE OR DELETE ON bank_statement FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_line_kept BEFORE DELETE ON bank_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_match_kept BEFORE DELETE ON bank_match FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_match_movement_kept BEFORE DELETE ON bank_match_movement FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reconciliation_run_kept BEFORE UPDATE OR DELETE ON reconciliation_run FOR EACH ROW EXECUTE FUNCTION refuse_change();
REVOKE DELETE, TRUNCATE ON bank_account, bank_statement, bank_line, bank_match, bank_match_movement, reconciliation_run FROM purse_app;
REVOKE UPDATE ON bank_statement, reconciliation_run FROM purse_app;

-- A movement is what the ledger did to this account, and belongs to a match of this account.
CREATE FUNCTION bank_movement_is_real() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM bank_match m JOIN bank_account a ON a.id = m.bank_account_id
      JOIN ledger.bank_movements v ON v.external_id = a.external_id AND v.currency = a.currency
      WHERE m.id = NEW.match_id AND a.id = NEW.bank_account_id AND v.entry_id = NEW.entry_id AND v.part = NEW.part
        AND v.amount_minor = NEW.amount_minor) THEN
    PERFORM bank_rule_broken('the ledger has no such movement in this account');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER bank_movement_is_real BEFORE INSERT OR UPDATE OF entry_id, part, amount_minor, bank_account_id, match_id ON bank_match_movement
  FOR EACH ROW EXECUTE FUNCTION bank_movement_is_real();

-- At every commit a match that stands has as much on the bank's side as on the ledger's, and one that was undone has nothing.
CREATE FUNCTION bank_match_adds_up(p_match uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE m bank_match; lines bigint; lines_minor numeric; moves bigint; moves_minor numeric;
BEGIN
  SELECT * INTO m FROM bank_match WHERE id = p_match;
  SELECT count(*), coalesce(sum(amount_minor), 0) INTO lines, lines_minor FROM bank_line WHERE match_id = p_match;
  SELECT count(*), coalesce(sum(amount_minor), 0) INTO moves, moves_minor FROM bank_match_movement WHERE match_id = p_match AND active;
  IF EXISTS (SELECT FROM bank_line WHERE match_id = p_match AND bank_account_id <> m.bank_account_id) THEN
    PERFORM bank_rule_broken('a match is of one account');
  END IF;
  IF m.undone_at IS NOT NULL THEN
    IF lines + moves > 0 THEN PERFORM bank_rule_broken('a match that was undone holds nothing'); END IF;
  ELSIF m.kind = 'other' THEN
    IF lines = 0 OR moves > 0 THEN PERFORM bank_rule_broken('what only the bank knows has lines and no movement'); END IF;
  ELSIF m.kind = 'brought_forward' THEN
    IF lines > 0 OR moves = 0 THEN PERFORM bank_rule_broken('what came before the first statement has movements and no line'); END IF;
  ELSIF lines = 0 OR moves = 0 OR lines_minor <> moves_minor THEN
    PERFORM bank_rule_broken('both sides of a match add up to the same');
  END IF;
END $$;
CREATE FUNCTION bank_match_checked() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN PERFORM bank_match_adds_up(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION bank_match_side_checked() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.match_id IS NOT NULL THEN PERFORM bank_match_adds_up(NEW.match_id); END IF;
  IF TG_OP = 'UPDATE' AND OLD.match_id IS DISTINCT FROM NEW.match_id AND OLD.match_id IS NOT NULL THEN
    PERFORM bank_match_adds_up(OLD.match_id);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bank_match_adds_up AFTER INSERT OR UPDATE ON bank_match DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION bank_match_checked();
CREATE CONSTRAINT TRIGGER bank_line_match_adds_up AFTER INSERT OR UPDATE OF match_id ON bank_line DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION bank_match_side_checked();
CREATE CONSTRAINT TRIGGER bank_movement_match_adds_up AFTER INSERT OR UPDATE ON bank_match_movement DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION bank_match_side_checked();
DO $$
DECLARE gate record;
BEGIN
  FOR gate IN SELECT tgname, tgrelid::regclass AS held FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN
    ('bank_line'::regclass, 'bank_statement'::regclass, 'bank_match'::regclass, 'bank_match_movement'::regclass, 'reconciliation_run'::regclass) LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', gate.held, gate.tgname);
  END LOOP;
END $$;
