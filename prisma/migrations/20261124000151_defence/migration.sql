-- ───────────────────────────────── money in another currency than the fund's ─────────────────────────────────

-- What the donor paid, where Stripe settled it in another currency, with Stripe's rate of that moment. Never valued again.
ALTER TABLE balance_transaction
  ADD COLUMN presentment_currency text, ADD COLUMN presentment_minor bigint,
  ADD COLUMN exchange_rate numeric(24, 12), ADD COLUMN rate_source text, ADD COLUMN rate_at timestamptz(3),
  ADD CONSTRAINT balance_transaction_rate_whole CHECK (
    num_nonnulls(presentment_currency, presentment_minor, exchange_rate, rate_source, rate_at) IN (0, 5)
    AND presentment_currency IS DISTINCT FROM currency AND exchange_rate > 0);
-- What the gift came to in the currency of the fund that got it, before the fee.
ALTER TABLE donation ADD COLUMN settled_currency text, ADD COLUMN settled_minor bigint,
  ADD CONSTRAINT donation_settled_whole CHECK (num_nonnulls(settled_currency, settled_minor) IN (0, 2)
    AND (settled_currency IS DISTINCT FROM currency OR settled_minor = gift_minor + cover_minor + tip_minor));

CREATE FUNCTION balance_transaction_keeps_its_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a rate is of its moment and stays' USING ERRCODE = 'CP001';
END $$;
CREATE TRIGGER balance_transaction_keeps_its_rate BEFORE UPDATE ON balance_transaction FOR EACH ROW
  WHEN ((OLD.presentment_currency, OLD.presentment_minor, OLD.exchange_rate, OLD.rate_source, OLD.rate_at)
    IS DISTINCT FROM (NEW.presentment_currency, NEW.presentment_minor, NEW.exchange_rate, NEW.rate_source, NEW.rate_at))
  EXECUTE FUNCTION balance_transaction_keeps_its_rate();

CREATE FUNCTION donation_keeps_its_settlement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a settled donation stays as it was posted' USING ERRCODE = 'CP001';
END $$;
CREATE TRIGGER donation_keeps_its_settlement BEFORE UPDATE ON donation FOR EACH ROW
  WHEN (OLD.status = 'settled' AND (OLD.settled_currency, OLD.settled_minor) IS DISTINCT FROM (NEW.settled_currency, NEW.settled_minor))
  EXECUTE FUNCTION donation_keeps_its_settlement();

-- A donation is settled when the ledger has its gift: this amount, in the currency it settled in, in the fund it names.
CREATE OR REPLACE FUNCTION donation_is_in_books() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE booked record;
BEGIN
  SELECT coalesce(sum(t.amount_minor), 0) AS minor, bool_and(t.currency = coalesce(NEW.settled_currency, NEW.currency)) AS same_currency,
    bool_or(t.fund_id = NEW.fund_id AND t.credit_account_id % 100 = 11) AS in_fund INTO booked
  FROM ledger.transfer t
  WHERE t.entry_id = NEW.entry_id AND t.kind IN ('gift', 'offline_gift') AND t.credit_account_id % 100 IN (11, 12, 13);
  IF booked.minor <> coalesce(NEW.settled_minor, NEW.gift_minor + NEW.cover_minor + NEW.tip_minor)
     OR booked.same_currency IS NOT TRUE OR booked.in_fund IS NOT TRUE THEN
    RAISE EXCEPTION 'donation: the ledger has no such gift in this fund' USING ERRCODE = 'CP331';
  END IF;
  RETURN NEW;
END $$;

-- ──────────────────────────── gain and loss where money went back at another rate ────────────────────────────

-- Money that goes back is posted at what it was worth when it came; what Stripe took more or less for it is a loss or a
-- gain by exchange: a line of its own, beside the entry of the refund or dispute. A loss is taken as a refund is.
INSERT INTO ledger.posting_rule (kind, debit_code, credit_code) VALUES
  ('exchange_difference', 25, 2), ('exchange_difference', 25, 1), ('exchange_difference', 25, 33), ('exchange_difference', 33, 2),
  ('exchange_difference', 6, 2), ('exchange_difference', 2, 25);
DO $$ BEGIN PERFORM ledger.apply_posting_rules(); END $$;

CREATE FUNCTION ledger.post_exchange_difference(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_gift_entry bigint, p_gain bigint, p_reserve bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint;
  v_funds bigint[] := array_remove(ARRAY[p_fund, p_reserve], NULL);
  v_hash bytea := sha256(record_send(ROW('exchange_difference'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_gift_entry, p_gain, p_reserve)));
BEGIN
  IF p_gain = 0 OR p_reserve = p_fund THEN
    RAISE EXCEPTION 'A difference is more or less than zero.' USING ERRCODE = 'CP005';
  END IF;
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM need_one_currency(v_funds);
  v_entry := begin_entry('exchange_difference', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  IF p_gain > 0 THEN
    PERFORM write_transfers(v_entry, 'exchange_difference', p_fund, '{2}', '{25}', ARRAY[p_gain]);
    PERFORM give_cents(p_fund, v_entry, p_gain);
  ELSE
    PERFORM take_back(v_entry, 'exchange_difference', p_fund, p_reserve, p_gift_entry, 25, 'exchange_loss', -p_gain, false);
  END IF;
  RETURN v_entry;
END $$;
REVOKE ALL ON FUNCTION ledger.post_exchange_difference FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.post_exchange_difference TO purse_app;

-- ──────────────────────────────────────────────── the sweeper ────────────────────────────────────────────────

-- When everything undelivered of Stripe's thirty days was last looked through.
ALTER TABLE stripe_sweep ADD COLUMN undelivered_until timestamptz(3);
-- When a call without an answer was last taken up again.
ALTER TABLE stripe_call ADD COLUMN tried_at timestamptz(3);
CREATE INDEX stripe_call_unfinished ON stripe_call (tried_at NULLS FIRST, created_at) WHERE finished_at IS NULL;

-- Stripe's account lines that have no place in our books, with the reason: tried again, and shown until they have one.
CREATE TABLE unapplied_transaction (
  id text PRIMARY KEY,
  reporting_category text NOT NULL,
  source_id text,
  currency text NOT NULL,
  amount_minor bigint NOT NULL,
  net_minor bigint NOT NULL,
  created_at timestamptz(3) NOT NULL,
  reason text NOT NULL,
  attempts integer NOT NULL DEFAULT 1,
  tried_at timestamptz(3) NOT NULL
);
CREATE INDEX unapplied_transaction_tried ON unapplied_transaction (tried_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON unapplied_transaction TO purse_app;

-- ─────────────────────────────────────────── tries of stolen cards ───────────────────────────────────────────

-- A line for each gift begun and each card declined: what the limits count. Who it was stands here only as a keyed hash,
-- and for thirty days.
CREATE TABLE card_try (
  -- The shown form, or Stripe's event: what is sent twice counts once.
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('begun', 'declined', 'waiting')),
  sender_key text,
  email_key text NOT NULL,
  campaign_id uuid NOT NULL,
  donation_id uuid,
  at timestamptz(3) NOT NULL
);
CREATE INDEX card_try_sender ON card_try (sender_key, kind, at);
CREATE INDEX card_try_email ON card_try (email_key, kind, at);
CREATE INDEX card_try_campaign ON card_try (campaign_id, kind, at);
CREATE INDEX card_try_at ON card_try (kind, at);
CREATE INDEX card_try_donation ON card_try (donation_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON card_try TO purse_app;

-- One row: whether givers are asked to prove themselves. `auto`: while `tripped_until` lies ahead.
CREATE TABLE giving_defence (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  mode text NOT NULL DEFAULT 'auto' CHECK (mode IN ('auto', 'on', 'off')),
  tripped_until timestamptz(3),
  tripped_reason text
);
INSERT INTO giving_defence DEFAULT VALUES;
GRANT SELECT, UPDATE ON giving_defence TO purse_app;
REVOKE INSERT, DELETE, TRUNCATE ON giving_defence FROM purse_app;
