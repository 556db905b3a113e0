-- The ledger (design: docs and lib/ledger). Runs as purse_owner, in one transaction.
-- Everything true about money is true here because these tables cannot hold anything else. The app's role has SELECT on
-- views and EXECUTE on the posting functions at the end of this file, and nothing more.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE SCHEMA ledger;

-- ───────────────────────────────────────────── vocabulary ─────────────────────────────────────────────

CREATE TYPE ledger.restriction AS ENUM ('with', 'without');

CREATE TYPE ledger.account_role AS ENUM (
  'stripe_pending', 'stripe_available', 'bank', 'undeposited', 'in_transit', 'chapter_receivable',
  'contributions', 'fee_cover', 'tips', 'refunds', 'disputes_lost',
  'processing_fees', 'dispute_fees', 'transfer_fees', 'aid_granted', 'exchange_loss',
  'encumbrances', 'reserve_for_encumbrances', 'interfund', 'exchange',
  'restricted_net_assets', 'unrestricted_net_assets'
);

CREATE TYPE ledger.entry_kind AS ENUM (
  'gift', 'offline_gift', 'offline_deposit', 'available', 'payout', 'payout_arrival', 'refund', 'dispute', 'dispute_won',
  'encumbrance', 'encumbrance_cancelled', 'release', 'grant_confirmed', 'wire_returned', 'interfund',
  'receivable_settled', 'reversal'
);

CREATE TYPE ledger.outflow_kind AS ENUM (
  'disbursement', 'transfer_fee', 'refund', 'dispute', 'dispute_fee', 'interfund', 'reversal'
);

-- The currencies of lib/money/currencies.ts. Stripe counts UGX and ISK in hundredths although they have no decimals, and
-- MGA, whose fifths nobody uses, whole: hence two exponents.
CREATE TABLE ledger.currency (
  code text COLLATE "C" PRIMARY KEY CHECK (code ~ '^[A-Z]{3}$'),
  exponent smallint NOT NULL CHECK (exponent BETWEEN 0 AND 3),
  stripe_exponent smallint NOT NULL CHECK (stripe_exponent BETWEEN 0 AND 3)
);
INSERT INTO ledger.currency (code, exponent, stripe_exponent)
  SELECT code, exponent, CASE code WHEN 'ISK' THEN 2 WHEN 'UGX' THEN 2 WHEN 'MGA' THEN 0 ELSE exponent END
  FROM (VALUES (2, 'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
    CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
    JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
    NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
    SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG'),
    (0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'),
    (3, 'BHD IQD JOD KWD LYD OMR TND')) AS list (exponent, codes), regexp_split_to_table(list.codes, '\s+') AS code;

-- ─────────────────────────────────────────────── tables ───────────────────────────────────────────────

CREATE TABLE ledger.fund (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  chapter_id uuid NOT NULL,
  campaign_id uuid,
  restriction ledger.restriction NOT NULL,
  currency text COLLATE "C" NOT NULL REFERENCES ledger.currency,
  name text NOT NULL CHECK (name <> ''),
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (id, currency)
);
CREATE INDEX fund_chapter ON ledger.fund (chapter_id);
CREATE INDEX fund_campaign ON ledger.fund (campaign_id) WHERE campaign_id IS NOT NULL;

-- An account's id is its fund's id times 100 plus its code, so a posting function names an account without a look-up
-- and the foreign keys of `transfer` still prove that it exists, in that fund and currency.
-- Codes 4 and 5 are both `in_transit`: payouts on their way to us (4, still ours) and wires on their way out (5, spent).
-- Codes 41 to 99 are banks, one for each external_id.
CREATE FUNCTION ledger.code_role(p_code bigint) RETURNS ledger.account_role
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE p_code
    WHEN 1 THEN 'stripe_pending' WHEN 2 THEN 'stripe_available' WHEN 3 THEN 'undeposited' WHEN 4 THEN 'in_transit'
    WHEN 5 THEN 'in_transit' WHEN 6 THEN 'chapter_receivable' WHEN 11 THEN 'contributions' WHEN 12 THEN 'fee_cover'
    WHEN 13 THEN 'tips' WHEN 14 THEN 'refunds' WHEN 15 THEN 'disputes_lost' WHEN 21 THEN 'processing_fees'
    WHEN 22 THEN 'dispute_fees' WHEN 23 THEN 'transfer_fees' WHEN 24 THEN 'aid_granted' WHEN 25 THEN 'exchange_loss'
    WHEN 31 THEN 'encumbrances' WHEN 32 THEN 'reserve_for_encumbrances' WHEN 33 THEN 'interfund' WHEN 34 THEN 'exchange'
    WHEN 35 THEN 'restricted_net_assets' WHEN 36 THEN 'unrestricted_net_assets'
    ELSE CASE WHEN p_code BETWEEN 41 AND 99 THEN 'bank' END END::ledger.account_role
$$;

-- Whether what the account holds is the fund's money. Its cents are numbered; a wire on its way out (5) is spent.
CREATE FUNCTION ledger.is_money(p_account bigint) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT p_account % 100 IN (1, 2, 3, 4, 6) OR p_account % 100 >= 41
$$;

CREATE TABLE ledger.account (
  id bigint PRIMARY KEY,
  fund_id bigint NOT NULL,
  currency text COLLATE "C" NOT NULL,
  role ledger.account_role NOT NULL,
  external_id text,
  UNIQUE (id, fund_id, currency),
  UNIQUE NULLS NOT DISTINCT (fund_id, role, external_id),
  FOREIGN KEY (fund_id, currency) REFERENCES ledger.fund (id, currency),
  CHECK (id / 100 = fund_id AND ledger.code_role(id % 100) IS NOT DISTINCT FROM role),
  CHECK ((role IN ('bank', 'in_transit')) = (external_id IS NOT NULL))
);

CREATE TABLE ledger.entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The transaction that wrote it. Transfers carry theirs, and the key between them refuses a transfer added later.
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  kind ledger.entry_kind NOT NULL,
  idempotency_key text COLLATE "C" NOT NULL,
  request_hash bytea NOT NULL,
  source_type text COLLATE "C" NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  effective_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Set where the fact belongs to a closed period and was therefore posted at the start of the open one.
  original_effective_at timestamptz CHECK (original_effective_at < effective_at),
  actor_id text COLLATE "C" NOT NULL,
  memo text,
  reverses_entry_id bigint REFERENCES ledger.entry,
  -- The arrival of a payout and the confirmation of a grant complete the entry they name, once.
  completes_entry_id bigint REFERENCES ledger.entry,
  CONSTRAINT entry_idempotency_key UNIQUE (idempotency_key),
  CONSTRAINT entry_of_one_transaction UNIQUE (id, kind, xact)
);
CREATE UNIQUE INDEX entry_reversed_once ON ledger.entry (reverses_entry_id) WHERE reverses_entry_id IS NOT NULL;
CREATE UNIQUE INDEX entry_completed_once ON ledger.entry (completes_entry_id)
  WHERE completes_entry_id IS NOT NULL;

-- Which account may be debited and which credited by which kind of entry, by account code. The constraint
-- `transfer_legal` below is made of these rows, so even the posting functions cannot mispost.
CREATE TABLE ledger.posting_rule (
  kind ledger.entry_kind NOT NULL,
  debit_code smallint NOT NULL CHECK (ledger.code_role(debit_code) IS NOT NULL AND debit_code <= 41),
  credit_code smallint NOT NULL CHECK (ledger.code_role(credit_code) IS NOT NULL AND credit_code <= 41),
  PRIMARY KEY (kind, debit_code, credit_code)
);
INSERT INTO ledger.posting_rule (kind, debit_code, credit_code) VALUES
  -- stripe_pending to contributions, fee_cover, tips; processing_fees
  ('gift', 1, 11), ('gift', 1, 12), ('gift', 1, 13), ('gift', 21, 1),
  -- undeposited, then bank
  ('offline_gift', 3, 11), ('offline_deposit', 41, 3),
  ('available', 2, 1),
  -- A fund whose refunds exceed its gifts in a payout has a negative line: the same two accounts the other way round.
  ('payout', 4, 2), ('payout', 2, 4), ('payout_arrival', 41, 4), ('payout_arrival', 4, 41),
  -- refunds from stripe_available, stripe_pending, interfund; the rest on chapter_receivable
  ('refund', 14, 2), ('refund', 14, 1), ('refund', 14, 33), ('refund', 33, 2), ('refund', 6, 2),
  -- disputes_lost and dispute_fees from the same
  ('dispute', 15, 2), ('dispute', 15, 1), ('dispute', 15, 33), ('dispute', 22, 2), ('dispute', 22, 1), ('dispute', 22, 33),
  ('dispute', 33, 2), ('dispute', 6, 2),
  -- encumbrances and their reserve; wires in transit and transfer_fees from the bank; aid_granted
  ('encumbrance', 31, 32), ('encumbrance_cancelled', 32, 31),
  ('release', 32, 31), ('release', 5, 41), ('release', 23, 41),
  ('grant_confirmed', 24, 5), ('grant_confirmed', 35, 36), ('wire_returned', 41, 5),
  ('interfund', 33, 41), ('interfund', 41, 33), ('interfund', 33, 2), ('interfund', 2, 33),
  ('receivable_settled', 33, 41), ('receivable_settled', 41, 33), ('receivable_settled', 14, 6);
-- A reversal is the mirror of what it reverses; of a won dispute the bank may keep its fee.
INSERT INTO ledger.posting_rule
  SELECT DISTINCT 'reversal'::ledger.entry_kind, credit_code, debit_code FROM ledger.posting_rule
  WHERE kind NOT IN ('encumbrance', 'encumbrance_cancelled', 'release', 'wire_returned', 'dispute');
INSERT INTO ledger.posting_rule
  SELECT 'dispute_won'::ledger.entry_kind, credit_code, debit_code FROM ledger.posting_rule WHERE kind = 'dispute'
  UNION SELECT 'dispute_won'::ledger.entry_kind, debit_code, credit_code FROM ledger.posting_rule
  WHERE kind = 'dispute' AND debit_code IN (22, 6);

-- One row is one movement: an unbalanced entry cannot be written down. Both sides are of one fund and one currency.
CREATE TABLE ledger.transfer (
  id bigint GENERATED ALWAYS AS IDENTITY,
  entry_id bigint NOT NULL,
  fund_id bigint NOT NULL,
  debit_account_id bigint NOT NULL,
  credit_account_id bigint NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  xact xid8 NOT NULL,
  kind ledger.entry_kind NOT NULL,
  currency text COLLATE "C" NOT NULL,
  PRIMARY KEY (fund_id, id),
  CHECK (debit_account_id <> credit_account_id),
  CONSTRAINT transfer_of_its_entry FOREIGN KEY (entry_id, kind, xact) REFERENCES ledger.entry (id, kind, xact),
  CONSTRAINT transfer_debit FOREIGN KEY (debit_account_id, fund_id, currency) REFERENCES ledger.account (id, fund_id, currency),
  CONSTRAINT transfer_credit FOREIGN KEY (credit_account_id, fund_id, currency) REFERENCES ledger.account (id, fund_id, currency)
);
CREATE INDEX transfer_entry ON ledger.transfer (entry_id);

-- Compiles the rules into the function that the constraint calls: a constraint cannot ask a table, and with the rules
-- written out in it every insert would read them all. A migration that adds rules calls this again.
CREATE FUNCTION ledger.apply_posting_rules() RETURNS void LANGUAGE plpgsql AS $$
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
END $$;
DO $$ BEGIN PERFORM ledger.apply_posting_rules(); END $$;
ALTER TABLE ledger.transfer
  ADD CONSTRAINT transfer_legal CHECK (ledger.is_legal(kind, debit_account_id, credit_account_id));

-- The money a fund may still promise or send. Banks, Stripe's available balance and payouts between the two, plus what
-- the chapter owes after a refund of spent money (it stands against an overdrawn Stripe balance), less what is promised.
CREATE FUNCTION ledger.headroom_of(b bigint[]) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(b[2], 0) + coalesce(b[4], 0) + coalesce(b[6], 0) - coalesce(b[31], 0)
    + (SELECT coalesce(sum(x), 0)::bigint FROM unnest(b[41:99]) AS x)
$$;

-- The only mutable table. `balances` holds, by account code, debits less credits of every transfer written under this
-- row's lock and of the gifts up to transfer `folded_to`; gifts after it are added by the next fold.
CREATE TABLE ledger.guard (
  fund_id bigint PRIMARY KEY REFERENCES ledger.fund,
  balances bigint[] NOT NULL,
  loss_reserve_minor bigint NOT NULL DEFAULT 0 CHECK (loss_reserve_minor >= 0),
  exposure_minor bigint NOT NULL DEFAULT 0 CHECK (exposure_minor >= 0),
  headroom_minor bigint NOT NULL
    GENERATED ALWAYS AS (ledger.headroom_of(balances) - loss_reserve_minor - exposure_minor) STORED,
  folded_to bigint NOT NULL DEFAULT 0,
  next_cent bigint NOT NULL DEFAULT 0,
  -- Every number below this one is spent.
  spent_below bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 0,
  CONSTRAINT guard_headroom CHECK (headroom_minor >= 0),
  CONSTRAINT guard_balances CHECK (
    coalesce(balances[1], 0) >= 0 AND coalesce(balances[3], 0) >= 0
    AND coalesce(balances[5], 0) >= 0 AND coalesce(balances[31], 0) >= 0),
  CHECK (spent_below <= next_cent)
) WITH (fillfactor = 50);

-- Numbered cents: a cent has one owner …
CREATE TABLE ledger.lot (
  fund_id bigint NOT NULL,
  entry_id bigint NOT NULL REFERENCES ledger.entry,
  cents int8range NOT NULL CHECK (NOT isempty(cents) AND lower(cents) >= 0 AND NOT upper_inf(cents)),
  -- Money that came back: the outflow it had left by.
  from_outflow_id bigint,
  CONSTRAINT lot_cents UNIQUE (fund_id, cents WITHOUT OVERLAPS),
  CONSTRAINT lot_once UNIQUE NULLS NOT DISTINCT (entry_id, fund_id, from_outflow_id)
);

-- … and is spent once, and only cents that were given can be spent.
CREATE TABLE ledger.outflow (
  fund_id bigint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  entry_id bigint NOT NULL REFERENCES ledger.entry,
  line_id uuid,
  kind ledger.outflow_kind NOT NULL,
  cents int8range NOT NULL CHECK (NOT isempty(cents) AND lower(cents) >= 0 AND NOT upper_inf(cents)),
  PRIMARY KEY (fund_id, id),
  CHECK (kind <> 'disbursement' OR line_id IS NOT NULL),
  CONSTRAINT outflow_cents UNIQUE (fund_id, cents WITHOUT OVERLAPS),
  CONSTRAINT outflow_of_given_cents FOREIGN KEY (fund_id, PERIOD cents) REFERENCES ledger.lot (fund_id, PERIOD cents)
);
CREATE INDEX outflow_entry ON ledger.outflow (entry_id);
CREATE UNIQUE INDEX lot_returned_once ON ledger.lot (fund_id, from_outflow_id) WHERE from_outflow_id IS NOT NULL;
ALTER TABLE ledger.lot ADD FOREIGN KEY (fund_id, from_outflow_id) REFERENCES ledger.outflow (fund_id, id);

-- What was refunded or disputed of which gift, before fees. A claim whose entry was reversed counts no longer.
CREATE TABLE ledger.gift_claim (
  entry_id bigint PRIMARY KEY REFERENCES ledger.entry,
  fund_id bigint NOT NULL REFERENCES ledger.fund,
  gift_entry_id bigint NOT NULL REFERENCES ledger.entry,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0)
);
CREATE INDEX gift_claim_gift ON ledger.gift_claim (gift_entry_id, fund_id);

-- Everything of the chapter before `closed_before` is closed.
CREATE TABLE ledger.closed_period (
  chapter_id uuid NOT NULL,
  closed_before timestamptz NOT NULL,
  closed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_id text NOT NULL,
  PRIMARY KEY (chapter_id, closed_before)
);

-- ─────────────────────────────────────────── append-only, for all ───────────────────────────────────────────

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger.% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'CP006';
END $$;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['currency', 'fund', 'account', 'entry', 'transfer', 'posting_rule', 'lot', 'outflow', 'gift_claim', 'closed_period'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.%I
      FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', t);
    EXECUTE format('ALTER TABLE ledger.%I ENABLE ALWAYS TRIGGER append_only', t);
  END LOOP;
END $$;
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON ledger.guard FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.guard ENABLE ALWAYS TRIGGER append_only;

-- A transfer says which transaction writes it, whatever the statement claims; its key to the entry does the rest.
CREATE FUNCTION ledger.stamp_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.xact := pg_catalog.pg_current_xact_id();
  RETURN NEW;
END $$;
CREATE TRIGGER stamp_transfer BEFORE INSERT ON ledger.transfer FOR EACH ROW EXECUTE FUNCTION ledger.stamp_transfer();
ALTER TABLE ledger.transfer ENABLE ALWAYS TRIGGER stamp_transfer;

-- The guard only ever moves forward.
CREATE FUNCTION ledger.guard_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.fund_id <> OLD.fund_id OR NEW.version <> OLD.version + 1 OR NEW.folded_to < OLD.folded_to
    OR NEW.next_cent < OLD.next_cent OR NEW.spent_below < OLD.spent_below THEN
    RAISE EXCEPTION 'ledger.guard only moves forward' USING ERRCODE = 'CP006';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_forward BEFORE UPDATE ON ledger.guard FOR EACH ROW EXECUTE FUNCTION ledger.guard_forward();
ALTER TABLE ledger.guard ENABLE ALWAYS TRIGGER guard_forward;

-- ──────────────────────────────────────────── internal functions ────────────────────────────────────────────
-- Called by the posting functions only; the app's role cannot execute them.
-- Errors: CP001 insufficient funds, CP002 other payload under a used key, CP003 wrong state, CP004 not found, CP005 invalid
-- input, CP006 append-only, CP007 isolation level.

CREATE FUNCTION ledger.show_money(p_minor bigint, p_currency text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE c.exponent WHEN 0 THEN p_minor::text
    ELSE (CASE WHEN p_minor < 0 THEN '-' ELSE '' END) || abs(p_minor) / (10 ^ c.exponent)::bigint || '.'
      || lpad((abs(p_minor) % (10 ^ c.exponent)::bigint)::text, c.exponent, '0') END || ' ' || c.code
  FROM ledger.currency c WHERE c.code = p_currency
$$;

CREATE FUNCTION ledger.refuse_amount(p_what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', p_what USING ERRCODE = 'CP005';
END $$;

CREATE FUNCTION ledger.fund_lock_key(p_fund bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 5495390000000000000 + p_fund
$$;

-- Shared lock on every fund, in order, before any id is drawn: what the fold's barrier waits for.
CREATE FUNCTION ledger.hold_funds(p_funds bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE f bigint;
BEGIN
  FOR f IN SELECT DISTINCT x FROM unnest(p_funds) AS x ORDER BY x LOOP
    PERFORM pg_advisory_xact_lock_shared(5495390000000000000 + f);
  END LOOP;
END $$;

-- Locks the guard rows of the funds in order. Decisions about one fund follow one another; donors do not come here.
CREATE FUNCTION ledger.lock_guards(p_funds bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE missing bigint; f bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the ledger needs READ COMMITTED' USING ERRCODE = 'CP007';
  END IF;
  FOR f IN SELECT DISTINCT x FROM unnest(p_funds) AS x ORDER BY x LOOP
    PERFORM 1 FROM guard WHERE fund_id = f FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'This fund does not exist.' USING ERRCODE = 'CP004'; END IF;
  END LOOP;
END $$;

-- Money never crosses currencies silently: an entry of several funds is of one currency.
CREATE FUNCTION ledger.need_one_currency(p_funds bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(DISTINCT currency) FROM fund WHERE id = ANY (p_funds)) > 1 THEN
    RAISE EXCEPTION 'These funds have different currencies.' USING ERRCODE = 'CP005';
  END IF;
END $$;

-- The entry already posted under this key: its id, or null. Another payload under the same key is an error.
CREATE FUNCTION ledger.replayed_entry(p_key text, p_hash bytea) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE e record;
BEGIN
  SELECT id, request_hash INTO e FROM entry WHERE idempotency_key = p_key;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF e.request_hash <> p_hash THEN
    RAISE EXCEPTION 'This was already posted with other contents.' USING ERRCODE = 'CP002';
  END IF;
  RETURN e.id;
END $$;

-- The moment before which the books of any of these funds are closed, or null. Asked with the funds held.
CREATE FUNCTION ledger.closed_before(p_funds bigint[]) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT max(c.closed_before) FROM ledger.closed_period c JOIN ledger.fund f USING (chapter_id) WHERE f.id = ANY (p_funds)
$$;

-- Writes the entry; the caller holds the guards, so a concurrent use of the key on the same fund has been seen before.
CREATE FUNCTION ledger.begin_entry(
  p_kind ledger.entry_kind, p_funds bigint[], p_key text, p_hash bytea, p_source_type text, p_source_id text,
  p_effective timestamptz, p_actor text, p_memo text, p_reverses bigint DEFAULT NULL, p_completes bigint DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE v_id bigint; v_closed timestamptz;
BEGIN
  PERFORM hold_funds(p_funds);
  v_closed := closed_before(p_funds);
  INSERT INTO entry (kind, idempotency_key, request_hash, source_type, source_id, effective_at, original_effective_at,
    actor_id, memo, reverses_entry_id, completes_entry_id)
  VALUES (p_kind, p_key, p_hash, p_source_type, p_source_id, greatest(p_effective, v_closed),
    CASE WHEN p_effective < v_closed THEN p_effective END, p_actor, p_memo, p_reverses, p_completes)
  RETURNING id INTO v_id;
  RETURN v_id;
EXCEPTION WHEN unique_violation THEN
  -- Another fund's posting used the key at the same moment, or the entry was reversed or completed just now.
  RAISE EXCEPTION 'This was already done.' USING ERRCODE = 'CP003';
END $$;

-- Adds movements to balances; arrays run in parallel.
CREATE FUNCTION ledger.shift_balances(b bigint[], p_debits bigint[], p_credits bigint[], p_amounts bigint[]) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  FOR i IN 1 .. coalesce(cardinality(p_amounts), 0) LOOP
    b[p_debits[i]] := coalesce(b[p_debits[i]], 0) + p_amounts[i];
    b[p_credits[i]] := coalesce(b[p_credits[i]], 0) - p_amounts[i];
  END LOOP;
  RETURN b;
END $$;

-- Writes transfers of one fund under its guard: zero amounts are left out. CHECK (headroom >= 0) has the last word.
CREATE FUNCTION ledger.write_transfers(
  p_entry bigint, p_kind ledger.entry_kind, p_fund bigint, p_debits bigint[], p_credits bigint[], p_amounts bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_balances bigint[]; v_has bigint; v_leaves bigint; v_currency text;
BEGIN
  SELECT shift_balances(balances, p_debits, p_credits, p_amounts), headroom_minor, f.currency,
    headroom_of(shift_balances(balances, p_debits, p_credits, p_amounts)) - loss_reserve_minor - exposure_minor
    INTO v_balances, v_has, v_currency, v_leaves FROM guard JOIN fund f ON f.id = fund_id WHERE fund_id = p_fund;
  IF v_leaves < 0 THEN
    RAISE EXCEPTION 'There is % to spend in this fund; this needs %.', show_money(v_has, v_currency),
      show_money(v_has - v_leaves, v_currency) USING ERRCODE = 'CP001';
  END IF;
  IF v_balances[1] < 0 OR v_balances[3] < 0 OR v_balances[5] < 0 OR v_balances[31] < 0 THEN
    RAISE EXCEPTION 'The money of this entry has moved on; undo what came after it first.' USING ERRCODE = 'CP003';
  END IF;
  INSERT INTO transfer (entry_id, kind, fund_id, currency, debit_account_id, credit_account_id, amount_minor)
    SELECT p_entry, p_kind, p_fund, v_currency, p_fund * 100 + l.debit, p_fund * 100 + l.credit, l.amount
    FROM unnest(p_debits, p_credits, p_amounts) AS l (debit, credit, amount) WHERE l.amount <> 0;
  UPDATE guard SET balances = v_balances, version = version + 1 WHERE fund_id = p_fund;
END $$;

-- Waits until every gift that drew an id before now has committed, and returns the fund's highest transfer id. The
-- exclusive lock is let go at once: rolling back to the block's savepoint releases it.
CREATE FUNCTION ledger.barrier(p_fund bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE v_to bigint;
BEGIN
  BEGIN
    PERFORM pg_advisory_xact_lock(5495390000000000000 + p_fund);
    SELECT id INTO v_to FROM transfer WHERE fund_id = p_fund ORDER BY id DESC LIMIT 1;
    RAISE EXCEPTION USING ERRCODE = 'CP999', MESSAGE = 'barrier passed';
  EXCEPTION WHEN SQLSTATE 'CP999' THEN
    NULL;
  END;
  RETURN coalesce(v_to, 0);
END $$;

-- Adds the gifts after `folded_to` up to p_to to the balances and numbers their cents. The caller holds the guard.
-- The net cents of a gift are numbered: what it debits less what it credits of the fund's money, so gross less fee.
CREATE FUNCTION ledger.fold_to(p_fund bigint, p_to bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  g ledger.guard;
  v_lots bigint;
  v_numbered bigint;
  v_debits bigint[]; v_credits bigint[]; v_amounts bigint[];
BEGIN
  SELECT * INTO g FROM guard WHERE fund_id = p_fund;
  IF p_to <= g.folded_to THEN RETURN 0; END IF;
  SELECT array_agg(d), array_agg(c), array_agg(a) INTO v_debits, v_credits, v_amounts FROM (
    SELECT debit_account_id - p_fund * 100 AS d, credit_account_id - p_fund * 100 AS c, sum(amount_minor)::bigint AS a
    FROM transfer WHERE fund_id = p_fund AND id > g.folded_to AND id <= p_to AND kind IN ('gift', 'offline_gift') GROUP BY 1, 2) x;
  WITH net AS (
    SELECT entry_id, min(id) AS first_id, sum(
      CASE WHEN debit_account_id - p_fund * 100 IN (1, 3) THEN amount_minor ELSE 0 END
      - CASE WHEN credit_account_id - p_fund * 100 IN (1, 3) THEN amount_minor ELSE 0 END)::bigint AS cents
    FROM transfer WHERE fund_id = p_fund AND id > g.folded_to AND id <= p_to AND kind IN ('gift', 'offline_gift')
    GROUP BY entry_id
  ), placed AS (
    SELECT entry_id, cents, g.next_cent + (sum(cents) OVER (ORDER BY first_id))::bigint AS upto FROM net WHERE cents > 0
  ), written AS (
    INSERT INTO lot (fund_id, entry_id, cents) SELECT p_fund, entry_id, int8range(upto - cents, upto) FROM placed ORDER BY upto
    RETURNING upper(cents) AS upto
  )
  SELECT count(*), max(upto) INTO v_lots, v_numbered FROM written;
  UPDATE guard SET balances = shift_balances(balances, v_debits, v_credits, v_amounts), folded_to = p_to,
    next_cent = greatest(next_cent, v_numbered), version = version + 1
    WHERE fund_id = p_fund;
  RETURN v_lots;
END $$;

-- The first p_cents cents of a set, in order; fewer where the set is smaller.
CREATE FUNCTION ledger.first_cents(m int8multirange, p_cents bigint) RETURNS int8multirange
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE r int8range; need bigint := p_cents; taken int8multirange := '{}';
BEGIN
  FOR r IN SELECT x FROM unnest(m) AS x LOOP
    EXIT WHEN need <= 0;
    taken := taken + int8multirange(int8range(lower(r), least(upper(r), lower(r) + need)));
    need := need - (upper(r) - lower(r));
  END LOOP;
  RETURN taken;
END $$;

CREATE FUNCTION ledger.count_cents(m int8multirange) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(sum(upper(x) - lower(x)), 0)::bigint FROM unnest(m) AS x
$$;

-- The unspent numbers of a fund: every number below next_cent belongs to a lot, so what is left is what no outflow has.
CREATE FUNCTION ledger.unspent_cents(p_fund bigint) RETURNS int8multirange LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN g.spent_below = g.next_cent THEN '{}'::int8multirange ELSE
    int8multirange(int8range(g.spent_below, g.next_cent)) - coalesce((
      SELECT range_agg(o.cents) FROM ledger.outflow o
      WHERE o.fund_id = p_fund AND o.cents && int8range(g.spent_below, g.next_cent)), '{}'::int8multirange) END
  FROM ledger.guard g WHERE g.fund_id = p_fund
$$;

-- Spends p_cents numbers of the fund: those given by p_own first, then first in, first out. The caller holds the guard.
CREATE FUNCTION ledger.spend_cents(
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
    v_taken := first_cents(v_free * coalesce((
      SELECT range_agg(cents) FROM lot WHERE entry_id = p_own AND fund_id = p_fund), '{}'), p_cents);
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

-- Gives the fund new numbers for money that came to it outside a gift.
CREATE FUNCTION ledger.give_cents(p_fund bigint, p_entry bigint, p_cents bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_cents = 0 THEN RETURN; END IF;
  INSERT INTO lot (fund_id, entry_id, cents)
    SELECT p_fund, p_entry, int8range(next_cent, next_cent + p_cents) FROM guard WHERE fund_id = p_fund;
  UPDATE guard SET next_cent = next_cent + p_cents, version = version + 1 WHERE fund_id = p_fund;
END $$;

-- What an entry spent comes back: a new lot for each of its outflows, naming it. Nothing is deleted.
CREATE FUNCTION ledger.return_cents(p_fund bigint, p_entry bigint, p_of bigint, p_kinds ledger.outflow_kind[] DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH written AS (
    INSERT INTO lot (fund_id, entry_id, cents, from_outflow_id)
      SELECT p_fund, p_entry, int8range(upto - size, upto), id FROM (
        SELECT o.id, upper(o.cents) - lower(o.cents) AS size,
          g.next_cent + (sum(upper(o.cents) - lower(o.cents)) OVER (ORDER BY o.cents))::bigint AS upto
        FROM outflow o JOIN guard g USING (fund_id)
        WHERE o.fund_id = p_fund AND o.entry_id = p_of AND (p_kinds IS NULL OR o.kind = ANY (p_kinds))) x
    RETURNING upper(cents) AS upto
  )
  UPDATE guard SET next_cent = (SELECT max(upto) FROM written), version = version + 1
    WHERE fund_id = p_fund AND EXISTS (SELECT FROM written);
END $$;

-- Folds if the gifts already folded leave an account with less than is asked (a balance to be lowered that gifts raise).
CREATE FUNCTION ledger.need_balance(p_fund bigint, p_code int, p_minor bigint, p_what text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_has bigint;
BEGIN
  SELECT coalesce(balances[p_code], 0) INTO v_has FROM guard WHERE fund_id = p_fund;
  IF v_has < p_minor AND p_code IN (1, 3) THEN
    PERFORM fold_to(p_fund, barrier(p_fund));
    SELECT coalesce(balances[p_code], 0) INTO v_has FROM guard WHERE fund_id = p_fund;
  END IF;
  IF v_has < p_minor THEN
    RAISE EXCEPTION '%', format(p_what, (SELECT show_money(v_has, currency) FROM fund WHERE id = p_fund),
      (SELECT show_money(p_minor, currency) FROM fund WHERE id = p_fund)) USING ERRCODE = 'CP001';
  END IF;
END $$;

-- A decision of ours needs headroom and a chapter that owes the fund nothing.
CREATE FUNCTION ledger.need_headroom(p_fund bigint, p_minor bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE g record;
BEGIN
  SELECT headroom_minor AS has, coalesce(balances[6], 0) AS owed, f.currency INTO g
    FROM guard JOIN fund f ON f.id = fund_id WHERE fund_id = p_fund;
  IF g.owed > 0 AND p_minor > 0 THEN
    RAISE EXCEPTION 'The chapter owes this fund % after a refund of money already spent; nothing more leaves until it is paid.',
      show_money(g.owed, g.currency) USING ERRCODE = 'CP001';
  END IF;
  IF g.has < p_minor THEN
    RAISE EXCEPTION 'There is % to spend in this fund; % was asked.', show_money(g.has, g.currency),
      show_money(p_minor, g.currency) USING ERRCODE = 'CP001';
  END IF;
END $$;

-- An entry that may be undone or completed now: of one of the kinds, neither reversed nor completed.
CREATE FUNCTION ledger.open_entry(p_entry bigint, p_kinds ledger.entry_kind[]) RETURNS ledger.entry LANGUAGE plpgsql AS $$
DECLARE e ledger.entry;
BEGIN
  SELECT * INTO e FROM entry WHERE id = p_entry;
  IF NOT FOUND THEN RAISE EXCEPTION 'There is no such entry.' USING ERRCODE = 'CP004'; END IF;
  IF NOT e.kind = ANY (p_kinds) THEN
    RAISE EXCEPTION 'An entry of the kind % does not allow this.', e.kind USING ERRCODE = 'CP003';
  END IF;
  IF EXISTS (SELECT FROM entry WHERE reverses_entry_id = p_entry) THEN
    RAISE EXCEPTION 'This entry was already reversed.' USING ERRCODE = 'CP003';
  END IF;
  IF EXISTS (SELECT FROM entry c WHERE c.completes_entry_id = p_entry
    AND NOT EXISTS (SELECT FROM entry r WHERE r.reverses_entry_id = c.id)) THEN
    RAISE EXCEPTION 'This entry was already completed by another one; reverse that one first.' USING ERRCODE = 'CP003';
  END IF;
  RETURN e;
END $$;

CREATE FUNCTION ledger.entry_funds(p_entry bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(DISTINCT fund_id ORDER BY fund_id), '{}') FROM ledger.transfer WHERE entry_id = p_entry
$$;

-- A gift as one fund received it: gross, net of the fee, and what refunds and disputes have claimed of it since.
CREATE FUNCTION ledger.gift_state(p_fund bigint, p_entry bigint, OUT gross bigint, OUT net bigint, OUT taken bigint)
LANGUAGE sql STABLE AS $$
  SELECT sum(amount_minor) FILTER (WHERE debit_account_id % 100 = 1)::bigint,
    (sum(amount_minor) FILTER (WHERE debit_account_id % 100 = 1)
      - coalesce(sum(amount_minor) FILTER (WHERE credit_account_id % 100 = 1), 0))::bigint,
    (SELECT coalesce(sum(c.amount_minor), 0)::bigint FROM ledger.gift_claim c WHERE c.gift_entry_id = p_entry AND c.fund_id = p_fund
      AND NOT EXISTS (SELECT FROM ledger.entry r WHERE r.reverses_entry_id = c.entry_id))
  FROM ledger.transfer WHERE entry_id = p_entry AND fund_id = p_fund AND kind = 'gift'
$$;

CREATE FUNCTION ledger.bank_code(p_fund bigint, p_external text) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE v_id bigint;
BEGIN
  SELECT id INTO v_id FROM ledger.account WHERE fund_id = p_fund AND role = 'bank' AND external_id = p_external;
  IF NOT FOUND THEN RAISE EXCEPTION 'This fund has no such bank account.' USING ERRCODE = 'CP004'; END IF;
  RETURN v_id % 100;
END $$;

-- ──────────────────────────────────────────── posting functions ────────────────────────────────────────────
-- The only way in. Each returns the entry's id, negative where the key had been posted before with the same payload.

CREATE FUNCTION ledger.open_fund(
  p_chapter uuid, p_campaign uuid, p_restriction text, p_currency text, p_name text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE v_fund bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM currency WHERE code = p_currency) THEN
    RAISE EXCEPTION 'The currency % is not in use here.', p_currency USING ERRCODE = 'CP005';
  END IF;
  INSERT INTO fund (chapter_id, campaign_id, restriction, currency, name)
    VALUES (p_chapter, p_campaign, p_restriction::restriction, p_currency, p_name) RETURNING id INTO v_fund;
  INSERT INTO account (id, fund_id, currency, role, external_id)
    SELECT v_fund * 100 + code, v_fund, p_currency, code_role(code),
      CASE code WHEN 4 THEN 'payouts' WHEN 5 THEN 'wires' WHEN 41 THEN 'main' END
    FROM generate_series(1, 41) AS code WHERE code_role(code) IS NOT NULL AND (code <> 13 OR p_restriction = 'without');
  INSERT INTO guard (fund_id, balances) VALUES (v_fund, array_fill(0::bigint, ARRAY[41]));
  RETURN v_fund;
END $$;

CREATE FUNCTION ledger.open_bank(p_fund bigint, p_external text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE v_id bigint;
BEGIN
  PERFORM lock_guards(ARRAY[p_fund]);
  SELECT id INTO v_id FROM account WHERE fund_id = p_fund AND role = 'bank' AND external_id = p_external;
  IF FOUND THEN RETURN v_id; END IF;
  INSERT INTO account (id, fund_id, currency, role, external_id)
    SELECT max(a.id) + 1, p_fund, f.currency, 'bank', p_external FROM account a JOIN fund f ON f.id = a.fund_id
    WHERE a.fund_id = p_fund AND a.role = 'bank' GROUP BY f.currency RETURNING id INTO v_id;
  RETURN v_id;
END $$;

-- Refuses later entries dated before the moment; they post to the open period. Waits for postings under way.
CREATE FUNCTION ledger.close_period(p_chapter uuid, p_before timestamptz, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE f bigint;
BEGIN
  IF p_before > clock_timestamp() - interval '1 hour' THEN
    RAISE EXCEPTION 'A period can be closed when it has been over for an hour.' USING ERRCODE = 'CP005';
  END IF;
  FOR f IN SELECT id FROM fund WHERE chapter_id = p_chapter ORDER BY id LOOP
    PERFORM pg_advisory_xact_lock(5495390000000000000 + f);
  END LOOP;
  INSERT INTO closed_period (chapter_id, closed_before, actor_id) VALUES (p_chapter, p_before, p_actor)
    ON CONFLICT DO NOTHING;
END $$;

-- The published part of a fund that is kept back against losses.
CREATE FUNCTION ledger.set_loss_reserve(p_fund bigint, p_minor bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE v_now bigint;
BEGIN
  IF p_minor < 0 THEN RAISE EXCEPTION 'A reserve is zero or more.' USING ERRCODE = 'CP005'; END IF;
  PERFORM lock_guards(ARRAY[p_fund]);
  SELECT loss_reserve_minor INTO v_now FROM guard WHERE fund_id = p_fund;
  PERFORM need_headroom(p_fund, greatest(p_minor - v_now, 0));
  UPDATE guard SET loss_reserve_minor = p_minor, version = version + 1 WHERE fund_id = p_fund;
END $$;

-- A settled card gift: gift + covered fee + tip is the gross, each side with the fee it bears. The donor's path: a shared
-- advisory lock, one entry, its transfers; no row that another donor touches is locked for writing.
CREATE FUNCTION ledger.post_gift(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_gift bigint, p_cover bigint, p_fee bigint, p_tip_fund bigint, p_tip bigint, p_tip_fee bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_currency text; v_tip_currency text; v_closed timestamptz; v_held boolean;
  v_base bigint := p_fund * 100;
  v_hash bytea := sha256(record_send(ROW('gift'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_gift, p_cover, p_fee, p_tip_fund, p_tip, p_tip_fee)));
BEGIN
  IF p_gift <= 0 OR p_cover < 0 OR p_fee < 0 OR p_fee > p_gift + p_cover OR p_tip < 0 OR p_tip_fee < 0 OR p_tip_fee > p_tip
    OR (p_tip_fund IS NULL AND p_tip > 0) OR (p_tip_fund IS NOT NULL AND (p_tip = 0 OR p_tip_fund = p_fund)) THEN
    RAISE EXCEPTION 'The amounts of this gift do not fit together.' USING ERRCODE = 'CP005';
  END IF;
  IF p_tip_fund IS NULL THEN
    -- An expression and not PERFORM, which would run the executor for it.
    v_held := pg_advisory_xact_lock_shared(5495390000000000000 + p_fund) IS NULL;
  ELSE
    PERFORM hold_funds(ARRAY[p_fund, p_tip_fund]);
    SELECT currency INTO v_tip_currency FROM fund WHERE id = p_tip_fund;
  END IF;
  SELECT currency INTO v_currency FROM fund WHERE id = p_fund;
  IF NOT FOUND OR (p_tip_fund IS NOT NULL AND v_tip_currency IS NULL) THEN
    RAISE EXCEPTION 'This fund does not exist.' USING ERRCODE = 'CP004';
  END IF;
  IF v_tip_currency <> v_currency THEN
    RAISE EXCEPTION 'These funds have different currencies.' USING ERRCODE = 'CP005';
  END IF;
  -- close_period leaves the last hour open, so only late facts have to ask.
  IF p_effective < clock_timestamp() - interval '50 minutes' THEN v_closed := closed_before(ARRAY[p_fund, p_tip_fund]); END IF;

  INSERT INTO entry (kind, idempotency_key, request_hash, source_type, source_id, effective_at, original_effective_at, actor_id, memo)
    VALUES ('gift', p_key, v_hash, p_source_type, p_source_id, greatest(p_effective, v_closed),
      CASE WHEN p_effective < v_closed THEN p_effective END, p_actor, p_memo)
    ON CONFLICT (idempotency_key) DO NOTHING RETURNING id INTO v_entry;
  IF NOT FOUND THEN RETURN -replayed_entry(p_key, v_hash); END IF;

  IF p_tip_fund IS NULL AND p_cover = 0 AND p_fee > 0 THEN
    INSERT INTO transfer (entry_id, kind, fund_id, currency, debit_account_id, credit_account_id, amount_minor) VALUES
      (v_entry, 'gift', p_fund, v_currency, v_base + 1, v_base + 11, p_gift),
      (v_entry, 'gift', p_fund, v_currency, v_base + 21, v_base + 1, p_fee);
  ELSE
    INSERT INTO transfer (entry_id, kind, fund_id, currency, debit_account_id, credit_account_id, amount_minor)
      SELECT v_entry, 'gift', l.fund, l.currency, l.fund * 100 + l.debit, l.fund * 100 + l.credit, l.amount
      FROM (VALUES (p_fund, v_currency, 1, 11, p_gift), (p_fund, v_currency, 1, 12, p_cover), (p_fund, v_currency, 21, 1, p_fee),
        (p_tip_fund, v_tip_currency, 1, 13, p_tip), (p_tip_fund, v_tip_currency, 21, 1, p_tip_fee))
        AS l (fund, currency, debit, credit, amount)
      WHERE l.amount > 0;
  END IF;
  RETURN v_entry;
END $$;

-- Many gifts in one call, each its own entry. p_gifts is an array of objects whose fields are named as in post_gift;
-- the answer has one id for each, in order. A replay, also within the array, is negative as in post_gift.
CREATE FUNCTION ledger.post_gifts(p_gifts jsonb) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_ids bigint[]; v_bad bigint;
BEGIN
  PERFORM hold_funds((SELECT array_agg(x) FROM (
    SELECT (g->>'fund')::bigint AS x FROM jsonb_array_elements(p_gifts) g
    UNION SELECT (g->>'tip_fund')::bigint FROM jsonb_array_elements(p_gifts) g WHERE g->>'tip_fund' IS NOT NULL) f));
  WITH input AS MATERIALIZED (
    SELECT g.*, f.currency, tf.currency AS tip_currency, c.closed_before,
      sha256(record_send(ROW('gift'::text, g.source_type, g.source_id, g.effective, g.actor, g.memo,
        g.fund, g.gift, g.cover, g.fee, g.tip_fund, g.tip, g.tip_fee))) AS hash
    FROM ROWS FROM (jsonb_to_recordset(p_gifts) AS (key text, source_type text, source_id text, effective timestamptz, actor text,
        memo text, fund bigint, gift bigint, cover bigint, fee bigint, tip_fund bigint, tip bigint, tip_fee bigint))
        WITH ORDINALITY AS g (key, source_type, source_id, effective, actor, memo, fund, gift, cover, fee, tip_fund, tip, tip_fee, ord)
      LEFT JOIN fund f ON f.id = g.fund LEFT JOIN fund tf ON tf.id = g.tip_fund
      LEFT JOIN (SELECT chapter_id, max(closed_before) AS closed_before FROM closed_period GROUP BY 1) c ON c.chapter_id = f.chapter_id
  ), written AS (
    INSERT INTO entry (kind, idempotency_key, request_hash, source_type, source_id, effective_at, original_effective_at, actor_id, memo)
      SELECT 'gift', key, hash, source_type, source_id, greatest(effective, closed_before),
        CASE WHEN effective < closed_before THEN effective END, actor, memo
      FROM input ORDER BY ord
      ON CONFLICT (idempotency_key) DO NOTHING RETURNING id, idempotency_key, request_hash
  ), first_use AS (
    SELECT DISTINCT ON (i.key) w.id, i.* FROM written w JOIN input i ON i.key = w.idempotency_key ORDER BY i.key, i.ord
  ), moved AS (
    INSERT INTO transfer (entry_id, kind, fund_id, currency, debit_account_id, credit_account_id, amount_minor)
      SELECT u.id, 'gift', l.fund, l.currency, l.fund * 100 + l.debit, l.fund * 100 + l.credit, l.amount
      FROM first_use u, LATERAL (VALUES (1, u.fund, u.currency, 1, 11, u.gift), (2, u.fund, u.currency, 1, 12, u.cover),
        (3, u.fund, u.currency, 21, 1, u.fee), (4, u.tip_fund, u.tip_currency, 1, 13, u.tip),
        (5, u.tip_fund, u.tip_currency, 21, 1, u.tip_fee)) AS l (leg, fund, currency, debit, credit, amount)
      WHERE l.amount > 0 ORDER BY u.id, l.leg
  )
  SELECT count(*) FILTER (WHERE NOT coalesce(i.gift > 0 AND i.cover >= 0 AND i.fee >= 0 AND i.fee <= i.gift + i.cover AND i.tip >= 0
      AND i.tip_fee >= 0 AND i.tip_fee <= i.tip AND (i.tip_fund IS NULL) = (i.tip = 0) AND i.tip_fund IS DISTINCT FROM i.fund
      AND i.currency IS NOT NULL AND (i.tip_fund IS NULL OR i.tip_currency = i.currency), false)),
    array_agg(u.id ORDER BY i.ord)
    INTO v_bad, v_ids FROM input i LEFT JOIN first_use u ON u.ord = i.ord;
  IF v_bad > 0 THEN RAISE EXCEPTION 'The amounts or funds of % of these gifts do not fit together.', v_bad USING ERRCODE = 'CP005'; END IF;
  IF array_position(v_ids, NULL) IS NOT NULL THEN
    SELECT array_agg(coalesce(v_ids[g.ord], -replayed_entry(g.key, sha256(record_send(ROW('gift'::text, g.source_type, g.source_id,
        g.effective, g.actor, g.memo, g.fund, g.gift, g.cover, g.fee, g.tip_fund, g.tip, g.tip_fee)))))
        ORDER BY g.ord) INTO v_ids
    FROM ROWS FROM (jsonb_to_recordset(p_gifts) AS (key text, source_type text, source_id text, effective timestamptz, actor text,
      memo text, fund bigint, gift bigint, cover bigint, fee bigint, tip_fund bigint, tip bigint, tip_fee bigint))
      WITH ORDINALITY AS g (key, source_type, source_id, effective, actor, memo, fund, gift, cover, fee, tip_fund, tip, tip_fee, ord);
  END IF;
  RETURN v_ids;
END $$;

-- Cash, cheque or transfer entered by a treasurer, waiting for its bank line. Posted as a gift is, so it never waits.
CREATE FUNCTION ledger.post_offline_gift(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text, p_fund bigint, p_amount bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint;
  v_hash bytea := sha256(record_send(ROW('offline_gift'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_amount)));
BEGIN
  IF p_amount <= 0 THEN RAISE EXCEPTION 'The amount must be more than zero.' USING ERRCODE = 'CP005'; END IF;
  IF NOT EXISTS (SELECT FROM fund WHERE id = p_fund) THEN RAISE EXCEPTION 'This fund does not exist.' USING ERRCODE = 'CP004'; END IF;
  PERFORM hold_funds(ARRAY[p_fund]);
  INSERT INTO entry (kind, idempotency_key, request_hash, source_type, source_id, effective_at, original_effective_at, actor_id, memo)
    SELECT 'offline_gift', p_key, v_hash, p_source_type, p_source_id, greatest(p_effective, c.closed),
      CASE WHEN p_effective < c.closed THEN p_effective END, p_actor, p_memo
    FROM (SELECT closed_before(ARRAY[p_fund]) AS closed) c
    ON CONFLICT (idempotency_key) DO NOTHING RETURNING id INTO v_entry;
  IF NOT FOUND THEN RETURN -replayed_entry(p_key, v_hash); END IF;
  INSERT INTO transfer (entry_id, kind, fund_id, currency, debit_account_id, credit_account_id, amount_minor)
    SELECT v_entry, 'offline_gift', p_fund, currency, p_fund * 100 + 3, p_fund * 100 + 11, p_amount FROM fund WHERE id = p_fund;
  RETURN v_entry;
END $$;

-- Matched to its bank line.
CREATE FUNCTION ledger.deposit_offline_gift(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_gift_entry bigint, p_bank text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_fund bigint; v_amount bigint;
  v_hash bytea := sha256(record_send(ROW('offline_deposit'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_gift_entry, p_bank)));
BEGIN
  SELECT fund_id, amount_minor INTO v_fund, v_amount FROM transfer WHERE entry_id = p_gift_entry AND kind = 'offline_gift';
  IF NOT FOUND THEN RAISE EXCEPTION 'There is no such offline gift.' USING ERRCODE = 'CP004'; END IF;
  PERFORM lock_guards(ARRAY[v_fund]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM open_entry(p_gift_entry, '{offline_gift}');
  PERFORM need_balance(v_fund, 3, v_amount, 'There is %s undeposited in this fund; %s was asked.');
  v_entry := begin_entry('offline_deposit', ARRAY[v_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    NULL, p_gift_entry);
  PERFORM write_transfers(v_entry, 'offline_deposit', v_fund, ARRAY[bank_code(v_fund, p_bank)], ARRAY[3], ARRAY[v_amount]);
  RETURN v_entry;
END $$;

-- Stripe made settled gifts available.
CREATE FUNCTION ledger.post_available(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text, p_fund bigint, p_amount bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint;
  v_hash bytea := sha256(record_send(ROW('available'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_amount)));
BEGIN
  IF p_amount <= 0 THEN RAISE EXCEPTION 'The amount must be more than zero.' USING ERRCODE = 'CP005'; END IF;
  PERFORM lock_guards(ARRAY[p_fund]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM need_balance(p_fund, 1, p_amount, 'There is %s pending at Stripe in this fund; %s was asked.');
  v_entry := begin_entry('available', ARRAY[p_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  PERFORM write_transfers(v_entry, 'available', p_fund, '{2}', '{1}', ARRAY[p_amount]);
  RETURN v_entry;
END $$;

-- A Stripe payout: one entry, a line for each fund in it. A negative line is a fund whose refunds exceed its gifts.
CREATE FUNCTION ledger.post_payout(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_funds bigint[], p_amounts bigint[]
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint;
  v_hash bytea := sha256(record_send(ROW('payout'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_funds, p_amounts)));
BEGIN
  IF coalesce(cardinality(p_funds), 0) = 0 OR cardinality(p_funds) <> cardinality(p_amounts) OR 0 = ANY (p_amounts) THEN
    RAISE EXCEPTION 'A payout needs at least one line, and no line of zero.' USING ERRCODE = 'CP005';
  END IF;
  PERFORM lock_guards(p_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM need_one_currency(p_funds);
  v_entry := begin_entry('payout', p_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  FOR i IN 1 .. cardinality(p_funds) LOOP
    PERFORM write_transfers(v_entry, 'payout', p_funds[i], ARRAY[CASE WHEN p_amounts[i] > 0 THEN 4 ELSE 2 END],
      ARRAY[CASE WHEN p_amounts[i] > 0 THEN 2 ELSE 4 END], ARRAY[abs(p_amounts[i])]);
  END LOOP;
  RETURN v_entry;
END $$;

CREATE FUNCTION ledger.post_payout_arrival(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_payout_entry bigint, p_bank text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_funds bigint[] := entry_funds(p_payout_entry); t record;
  v_hash bytea := sha256(record_send(ROW('payout_arrival'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_payout_entry, p_bank)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM open_entry(p_payout_entry, '{payout}');
  v_entry := begin_entry('payout_arrival', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    NULL, p_payout_entry);
  FOR t IN SELECT fund_id, debit_account_id % 100 = 4 AS ours, amount_minor FROM transfer WHERE entry_id = p_payout_entry ORDER BY id LOOP
    PERFORM write_transfers(v_entry, 'payout_arrival', t.fund_id,
      ARRAY[CASE WHEN t.ours THEN bank_code(t.fund_id, p_bank) ELSE 4 END],
      ARRAY[CASE WHEN t.ours THEN 4 ELSE bank_code(t.fund_id, p_bank) END], ARRAY[t.amount_minor]);
  END LOOP;
  RETURN v_entry;
END $$;

-- An approved disbursement: the money is promised and can no longer be promised to anybody else.
CREATE FUNCTION ledger.encumber(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text, p_fund bigint, p_amount bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint;
  v_hash bytea := sha256(record_send(ROW('encumbrance'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_amount)));
BEGIN
  IF p_amount <= 0 THEN RAISE EXCEPTION 'The amount must be more than zero.' USING ERRCODE = 'CP005'; END IF;
  PERFORM lock_guards(ARRAY[p_fund]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM need_headroom(p_fund, p_amount);
  v_entry := begin_entry('encumbrance', ARRAY[p_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  PERFORM write_transfers(v_entry, 'encumbrance', p_fund, '{31}', '{32}', ARRAY[p_amount]);
  RETURN v_entry;
END $$;

CREATE FUNCTION ledger.cancel_encumbrance(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text, p_encumbrance bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_funds bigint[] := entry_funds(p_encumbrance);
  v_hash bytea := sha256(record_send(ROW('encumbrance_cancelled'::text, p_source_type, p_source_id, p_effective, p_actor,
    p_memo, p_encumbrance)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM open_entry(p_encumbrance, '{encumbrance}');
  v_entry := begin_entry('encumbrance_cancelled', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_encumbrance);
  PERFORM write_transfers(v_entry, 'encumbrance_cancelled', v_funds[1], '{32}', '{31}',
    (SELECT array_agg(amount_minor) FROM transfer WHERE entry_id = p_encumbrance));
  RETURN v_entry;
END $$;

-- The wire is sent: the encumbrance is reversed, the money leaves the bank, and each line's cents get their numbers.
CREATE FUNCTION ledger.release(
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
  v_entry := begin_entry('release', ARRAY[v_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo, p_encumbrance);
  PERFORM write_transfers(v_entry, 'release', v_fund, ARRAY[32, 5, 23], ARRAY[31, v_bank, v_bank], ARRAY[v_promised, v_sent, p_fee]);
  FOR i IN 1 .. cardinality(p_lines) LOOP
    PERFORM spend_cents(v_fund, v_entry, 'disbursement', p_lines[i], p_amounts[i]);
  END LOOP;
  PERFORM spend_cents(v_fund, v_entry, 'transfer_fee', NULL, p_fee);
  RETURN v_entry;
END $$;

-- The recipient confirms: the aid is granted, and in a fund with donor restrictions the restriction is released (ASC 958).
CREATE FUNCTION ledger.confirm_grant(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text, p_release bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_fund bigint; v_sent bigint;
  v_hash bytea := sha256(record_send(ROW('grant_confirmed'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_release)));
BEGIN
  SELECT fund_id, amount_minor INTO v_fund, v_sent FROM transfer
    WHERE entry_id = p_release AND kind = 'release' AND debit_account_id % 100 = 5;
  IF NOT FOUND THEN RAISE EXCEPTION 'There is no such release.' USING ERRCODE = 'CP004'; END IF;
  PERFORM lock_guards(ARRAY[v_fund]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM open_entry(p_release, '{release}');
  v_entry := begin_entry('grant_confirmed', ARRAY[v_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    NULL, p_release);
  PERFORM write_transfers(v_entry, 'grant_confirmed', v_fund, '{24,35}', '{5,36}',
    ARRAY[v_sent, CASE WHEN (SELECT restriction FROM fund WHERE id = v_fund) = 'with' THEN v_sent ELSE 0 END]);
  RETURN v_entry;
END $$;

-- The wire came back. The promise is not renewed (a new approval encumbers again) and the wire's fee is lost.
CREATE FUNCTION ledger.return_wire(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text, p_release bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_fund bigint; v_sent bigint; v_bank bigint;
  v_hash bytea := sha256(record_send(ROW('wire_returned'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_release)));
BEGIN
  SELECT fund_id, amount_minor, credit_account_id % 100 INTO v_fund, v_sent, v_bank FROM transfer
    WHERE entry_id = p_release AND kind = 'release' AND debit_account_id % 100 = 5;
  IF NOT FOUND THEN RAISE EXCEPTION 'There is no such release.' USING ERRCODE = 'CP004'; END IF;
  PERFORM lock_guards(ARRAY[v_fund]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM open_entry(p_release, '{release}');
  v_entry := begin_entry('wire_returned', ARRAY[v_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo, p_release);
  PERFORM write_transfers(v_entry, 'wire_returned', v_fund, ARRAY[v_bank], '{5}', ARRAY[v_sent]);
  PERFORM return_cents(v_fund, v_entry, p_release, '{disbursement}');
  RETURN v_entry;
END $$;

-- What Stripe took for a gift, whoever has it: the fund as far as its headroom goes, then what is still pending, then the
-- reserve fund through interfund, and the rest is owed by the chapter. Never refused. Returns nothing; writes p_what.
CREATE FUNCTION ledger.take_back(
  p_entry bigint, p_kind ledger.entry_kind, p_fund bigint, p_reserve bigint, p_gift_entry bigint, p_what int,
  p_outflow ledger.outflow_kind, p_amount bigint, p_reserve_first boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_rest bigint := p_amount; v_part bigint; v_reserve bigint := 0; v_available bigint; v_pending bigint;
BEGIN
  IF p_amount = 0 THEN RETURN; END IF;
  IF p_reserve IS NOT NULL AND p_reserve_first THEN
    SELECT least(v_rest, headroom_minor) INTO v_reserve FROM guard WHERE fund_id = p_reserve;
    v_rest := v_rest - v_reserve;
  END IF;
  SELECT least(v_rest, headroom_minor) INTO v_available FROM guard WHERE fund_id = p_fund;
  v_rest := v_rest - v_available;
  IF v_rest > 0 THEN PERFORM fold_to(p_fund, barrier(p_fund)); END IF;
  SELECT least(v_rest, coalesce(balances[1], 0)) INTO v_pending FROM guard WHERE fund_id = p_fund;
  v_rest := v_rest - v_pending;
  IF p_reserve IS NOT NULL AND NOT p_reserve_first THEN
    SELECT least(v_rest, headroom_minor) INTO v_reserve FROM guard WHERE fund_id = p_reserve;
    v_rest := v_rest - v_reserve;
  END IF;
  PERFORM write_transfers(p_entry, p_kind, p_fund, ARRAY[p_what, p_what, p_what, 6], '{2,1,33,2}',
    ARRAY[v_available, v_pending, v_reserve, v_rest]);
  PERFORM spend_cents(p_fund, p_entry, p_outflow, NULL, v_available + v_pending, p_gift_entry);
  IF v_reserve > 0 THEN
    PERFORM write_transfers(p_entry, p_kind, p_reserve, '{33}', '{2}', ARRAY[v_reserve]);
    PERFORM spend_cents(p_reserve, p_entry, 'interfund', NULL, v_reserve);
  END IF;
END $$;

-- A refund, ours or made in Stripe's dashboard. What exceeds the gift's net is the processor fee that is not given back:
-- the reserve fund (the chapter's general fund) bears it first, where one is named.
CREATE FUNCTION ledger.post_refund(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_gift_entry bigint, p_amount bigint, p_reserve bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_gross bigint; v_net bigint; v_before bigint; v_lost bigint;
  v_funds bigint[] := array_remove(ARRAY[p_fund, p_reserve], NULL);
  v_hash bytea := sha256(record_send(ROW('refund'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_gift_entry, p_amount, p_reserve)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  SELECT gross, net, taken INTO v_gross, v_net, v_before FROM gift_state(p_fund, p_gift_entry);
  IF p_amount <= 0 OR p_reserve = p_fund THEN RAISE EXCEPTION 'The amount must be more than zero.' USING ERRCODE = 'CP005'; END IF;
  IF v_gross IS NULL THEN RAISE EXCEPTION 'There is no such gift to this fund.' USING ERRCODE = 'CP004'; END IF;
  IF v_before + p_amount > v_gross THEN
    RAISE EXCEPTION 'Of this gift % can still be refunded.', (SELECT show_money(v_gross - v_before, currency) FROM fund WHERE id = p_fund)
      USING ERRCODE = 'CP005';
  END IF;
  PERFORM need_one_currency(v_funds);
  PERFORM open_entry(p_gift_entry, '{gift}');
  v_entry := begin_entry('refund', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  v_lost := greatest(v_before + p_amount - v_net, 0) - greatest(v_before - v_net, 0);
  INSERT INTO gift_claim (entry_id, fund_id, gift_entry_id, amount_minor) VALUES (v_entry, p_fund, p_gift_entry, p_amount);
  PERFORM take_back(v_entry, 'refund', p_fund, p_reserve, p_gift_entry, 14, 'refund', p_amount - v_lost, false);
  PERFORM take_back(v_entry, 'refund', p_fund, p_reserve, p_gift_entry, 14, 'refund', v_lost, true);
  RETURN v_entry;
END $$;

-- A dispute opens: the amount and the dispute's fee leave at once.
CREATE FUNCTION ledger.open_dispute(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_gift_entry bigint, p_amount bigint, p_fee bigint, p_reserve bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_gross bigint; v_before bigint;
  v_funds bigint[] := array_remove(ARRAY[p_fund, p_reserve], NULL);
  v_hash bytea := sha256(record_send(ROW('dispute'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_gift_entry, p_amount, p_fee, p_reserve)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  SELECT gross, taken INTO v_gross, v_before FROM gift_state(p_fund, p_gift_entry);
  IF v_gross IS NULL THEN RAISE EXCEPTION 'There is no such gift to this fund.' USING ERRCODE = 'CP004'; END IF;
  IF p_amount <= 0 OR p_fee < 0 OR p_reserve = p_fund OR v_before + p_amount > v_gross THEN
    RAISE EXCEPTION 'The disputed amount does not fit the gift.' USING ERRCODE = 'CP005';
  END IF;
  PERFORM need_one_currency(v_funds);
  PERFORM open_entry(p_gift_entry, '{gift}');
  v_entry := begin_entry('dispute', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  INSERT INTO gift_claim (entry_id, fund_id, gift_entry_id, amount_minor) VALUES (v_entry, p_fund, p_gift_entry, p_amount);
  PERFORM take_back(v_entry, 'dispute', p_fund, p_reserve, p_gift_entry, 15, 'dispute', p_amount, false);
  PERFORM take_back(v_entry, 'dispute', p_fund, p_reserve, p_gift_entry, 22, 'dispute_fee', p_fee, false);
  RETURN v_entry;
END $$;

-- The mirror of an entry, fund by fund, and of what it did to the numbers: what it spent comes back as new lots, what it
-- gave is spent again, its own numbers first.
CREATE FUNCTION ledger.mirror(p_entry bigint, p_kind ledger.entry_kind, p_of bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE l record; v_given bigint;
BEGIN
  FOR l IN SELECT fund_id, array_agg(debit_account_id % 100 ORDER BY id) AS debits, array_agg(credit_account_id % 100 ORDER BY id) AS credits,
    array_agg(amount_minor ORDER BY id) AS amounts FROM transfer WHERE entry_id = p_of GROUP BY fund_id ORDER BY fund_id
  LOOP
    IF 1 = ANY (l.debits) OR 3 = ANY (l.debits) THEN PERFORM fold_to(l.fund_id, barrier(l.fund_id)); END IF;
    SELECT coalesce(sum(upper(cents) - lower(cents)), 0) INTO v_given FROM lot
      WHERE entry_id = p_of AND fund_id = l.fund_id AND from_outflow_id IS NULL;
    IF v_given > 0 THEN
      PERFORM spend_cents(l.fund_id, p_entry, 'reversal', NULL, v_given, p_of);
    END IF;
    PERFORM write_transfers(p_entry, p_kind, l.fund_id, l.credits, l.debits, l.amounts);
    PERFORM return_cents(l.fund_id, p_entry, p_of);
  END LOOP;
END $$;

-- A won dispute: what left comes back. p_fee_kept is the part of the dispute's fee that Stripe keeps all the same.
CREATE FUNCTION ledger.win_dispute(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_dispute bigint, p_fee_kept bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_funds bigint[] := entry_funds(p_dispute); c record;
  v_hash bytea := sha256(record_send(ROW('dispute_won'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_dispute, p_fee_kept)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM open_entry(p_dispute, '{dispute}');
  v_entry := begin_entry('dispute_won', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo, p_dispute);
  PERFORM mirror(v_entry, 'dispute_won', p_dispute);
  SELECT * INTO c FROM gift_claim WHERE entry_id = p_dispute;
  PERFORM take_back(v_entry, 'dispute_won', c.fund_id, NULL, c.gift_entry_id, 22, 'dispute_fee', p_fee_kept, false);
  RETURN v_entry;
END $$;

-- Undoes an entry, once. A promise, a release and a dispute have their own words for it; a reversal stays.
CREATE FUNCTION ledger.reverse_entry(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text, p_entry bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_funds bigint[] := entry_funds(p_entry);
  v_hash bytea := sha256(record_send(ROW('reversal'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_entry)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM open_entry(p_entry, '{gift,offline_gift,offline_deposit,available,payout,payout_arrival,refund,grant_confirmed,interfund,receivable_settled}');
  IF EXISTS (SELECT FROM gift_claim c WHERE c.gift_entry_id = p_entry
    AND NOT EXISTS (SELECT FROM entry r WHERE r.reverses_entry_id = c.entry_id)) THEN
    RAISE EXCEPTION 'This gift was refunded or disputed; it cannot be reversed as well.' USING ERRCODE = 'CP003';
  END IF;
  v_entry := begin_entry('reversal', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo, p_entry);
  PERFORM mirror(v_entry, 'reversal', p_entry);
  RETURN v_entry;
END $$;

-- Money moves between two funds of one currency: two transfers, each inside its fund, through each fund's interfund account.
CREATE FUNCTION ledger.post_interfund(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_from bigint, p_to bigint, p_amount bigint, p_role text, p_bank text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_code_from int := 2; v_code_to int := 2;
  v_hash bytea := sha256(record_send(ROW('interfund'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_from, p_to, p_amount, p_role, p_bank)));
BEGIN
  IF p_amount <= 0 OR p_from = p_to OR p_role NOT IN ('bank', 'stripe_available') THEN
    RAISE EXCEPTION 'Money moves between two different funds, more than zero, in the bank or at Stripe.' USING ERRCODE = 'CP005';
  END IF;
  PERFORM lock_guards(ARRAY[p_from, p_to]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM need_one_currency(ARRAY[p_from, p_to]);
  IF p_role = 'bank' THEN
    v_code_from := bank_code(p_from, p_bank);
    v_code_to := bank_code(p_to, p_bank);
  END IF;
  PERFORM need_headroom(p_from, p_amount);
  PERFORM need_balance(p_from, v_code_from, p_amount, 'This fund has %s there; %s was asked.');
  v_entry := begin_entry('interfund', ARRAY[p_from, p_to], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  PERFORM write_transfers(v_entry, 'interfund', p_from, '{33}', ARRAY[v_code_from], ARRAY[p_amount]);
  PERFORM spend_cents(p_from, v_entry, 'interfund', NULL, p_amount);
  PERFORM write_transfers(v_entry, 'interfund', p_to, ARRAY[v_code_to], '{33}', ARRAY[p_amount]);
  PERFORM give_cents(p_to, v_entry, p_amount);
  RETURN v_entry;
END $$;

-- The chapter pays what it owes a fund after a refund of spent money: the general fund gives, the fund takes its loss.
CREATE FUNCTION ledger.settle_receivable(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_from bigint, p_amount bigint, p_bank text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE
  v_entry bigint; v_code_from int; v_code_to int;
  v_hash bytea := sha256(record_send(ROW('receivable_settled'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_from, p_amount, p_bank)));
BEGIN
  PERFORM lock_guards(ARRAY[p_fund, p_from]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  IF p_amount <= 0 OR p_fund = p_from THEN
    RAISE EXCEPTION 'The chapter pays from another fund, more than zero.' USING ERRCODE = 'CP005';
  END IF;
  PERFORM need_one_currency(ARRAY[p_fund, p_from]);
  PERFORM need_balance(p_fund, 6, p_amount, 'The chapter owes this fund %s, not %s.');
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

-- Numbers the gifts of a fund that committed since the last fold. Returns how many lots it wrote.
CREATE FUNCTION ledger.fold(p_fund bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
DECLARE v_to bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the ledger needs READ COMMITTED' USING ERRCODE = 'CP007';
  END IF;
  v_to := barrier(p_fund);
  PERFORM 1 FROM guard WHERE fund_id = p_fund FOR UPDATE;
  RETURN fold_to(p_fund, v_to);
END $$;

-- A plan made while the tables are empty would scan them whole for as long as its connection lives, foreign keys included.
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'ledger'::regnamespace AND prosecdef LOOP
    EXECUTE format('ALTER FUNCTION %s SET enable_seqscan = off', f);
  END LOOP;
END $$;

-- ──────────────────────────────────────────────── views ────────────────────────────────────────────────

CREATE VIEW ledger.currencies AS SELECT code, exponent, stripe_exponent FROM ledger.currency;
CREATE VIEW ledger.funds AS
  SELECT id, chapter_id, campaign_id, restriction::text AS restriction, currency, name, opened_at FROM ledger.fund;
CREATE VIEW ledger.accounts AS SELECT id, fund_id, currency, role::text AS role, external_id FROM ledger.account;
CREATE VIEW ledger.entries AS
  SELECT id, kind::text AS kind, idempotency_key, source_type, source_id, effective_at, recorded_at, original_effective_at,
    actor_id, memo, reverses_entry_id, completes_entry_id FROM ledger.entry;
-- `money_minor` is what the transfer does to the money of its fund, `counter_role` the side that is not money: income,
-- expense, wires on their way out. Both null and zero where money only changes its place.
CREATE VIEW ledger.transfers AS
  SELECT t.id, t.entry_id, t.fund_id, t.currency, t.kind::text AS kind, t.debit_account_id, t.credit_account_id, t.amount_minor,
    ledger.code_role(t.debit_account_id % 100)::text AS debit_role, ledger.code_role(t.credit_account_id % 100)::text AS credit_role,
    CASE WHEN m.gains = m.gives THEN 0 WHEN m.gains THEN t.amount_minor ELSE -t.amount_minor END AS money_minor,
    CASE WHEN m.gains = m.gives THEN NULL
      ELSE ledger.code_role(CASE WHEN m.gains THEN t.credit_account_id ELSE t.debit_account_id END % 100)::text END AS counter_role
  FROM ledger.transfer t
  CROSS JOIN LATERAL (SELECT ledger.is_money(t.debit_account_id) AS gains, ledger.is_money(t.credit_account_id) AS gives) m;
CREATE VIEW ledger.posting_rules AS
  SELECT kind::text AS kind, debit_code, credit_code, ledger.code_role(debit_code)::text AS debit_role,
    ledger.code_role(credit_code)::text AS credit_role FROM ledger.posting_rule;
CREATE VIEW ledger.lots AS SELECT fund_id, entry_id, cents, from_outflow_id FROM ledger.lot;
CREATE VIEW ledger.outflows AS SELECT fund_id, id, entry_id, line_id, kind::text AS kind, cents FROM ledger.outflow;
CREATE VIEW ledger.gift_claims AS SELECT entry_id, fund_id, gift_entry_id, amount_minor FROM ledger.gift_claim;
CREATE VIEW ledger.closed_periods AS SELECT chapter_id, closed_before, closed_at, actor_id FROM ledger.closed_period;
CREATE VIEW ledger.guards AS
  SELECT fund_id, headroom_minor, loss_reserve_minor, exposure_minor, folded_to, next_cent, spent_below, version FROM ledger.guard;

-- Balance of every account now: what the guard holds and the gifts since the last fold.
CREATE VIEW ledger.balances AS
  SELECT a.fund_id, a.id AS account_id, a.role::text AS role, a.external_id, a.currency,
    (coalesce(g.balances[(a.id % 100)::int], 0) + coalesce(s.minor, 0))::bigint AS balance_minor
  FROM ledger.guard g
  JOIN ledger.account a ON a.fund_id = g.fund_id
  LEFT JOIN LATERAL (
    SELECT m.account_id, sum(m.minor)::bigint AS minor FROM ledger.transfer t
    CROSS JOIN LATERAL (VALUES (t.debit_account_id, t.amount_minor), (t.credit_account_id, -t.amount_minor)) AS m (account_id, minor)
    WHERE t.fund_id = g.fund_id AND t.id > g.folded_to AND t.kind IN ('gift', 'offline_gift') GROUP BY 1) s ON s.account_id = a.id;

CREATE VIEW ledger.busy_funds AS
  SELECT g.fund_id FROM ledger.guard g
  WHERE (SELECT t.id FROM ledger.transfer t WHERE t.fund_id = g.fund_id ORDER BY t.id DESC LIMIT 1) > g.folded_to;

-- ───────────────────────────────────────────── verification ─────────────────────────────────────────────

-- Proves the whole ledger again from its rows, as if no constraint existed. Answers one row for each violation.
CREATE FUNCTION ledger.verify() RETURNS TABLE (rule text, fund_id bigint, row_id bigint, detail text)
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
    WHERE g.headroom_minor < 0 OR g.headroom_minor <> headroom_of(g.balances) - g.loss_reserve_minor - g.exposure_minor;

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

-- ──────────────────────────────────────────────── rights ────────────────────────────────────────────────

REVOKE ALL ON ALL TABLES IN SCHEMA ledger FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT USAGE ON SCHEMA ledger TO purse_app;
GRANT SELECT ON ledger.currencies, ledger.funds, ledger.accounts, ledger.entries, ledger.transfers, ledger.posting_rules, ledger.lots,
  ledger.outflows, ledger.gift_claims, ledger.closed_periods, ledger.guards, ledger.balances, ledger.busy_funds TO purse_app;
GRANT EXECUTE ON FUNCTION ledger.open_fund, ledger.open_bank, ledger.close_period, ledger.set_loss_reserve, ledger.post_gift,
  ledger.post_gifts, ledger.post_offline_gift, ledger.deposit_offline_gift, ledger.post_available, ledger.post_payout,
  ledger.post_payout_arrival, ledger.encumber, ledger.cancel_encumbrance, ledger.release, ledger.confirm_grant, ledger.return_wire,
  ledger.post_refund, ledger.open_dispute, ledger.win_dispute, ledger.reverse_entry, ledger.post_interfund, ledger.settle_receivable,
  ledger.fold, ledger.verify TO purse_app;
-- Called inside views, where the caller's own right counts.
GRANT EXECUTE ON FUNCTION ledger.code_role, ledger.is_money, ledger.headroom_of TO purse_app;
