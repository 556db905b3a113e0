-- What comes after a gift: refunds and disputes. What Stripe says of them is copied by syncCharge; who bore the loss is read
-- from the ledger when it is posted and each time something of it comes back.

-- Which purse bears a card fee that is lost with a refund or a dispute: the chapter's general fund first, or the gift's own.
CREATE TYPE lost_fee_bearer AS ENUM ('general_fund', 'gift_fund');
ALTER TABLE chapter ADD COLUMN lost_fee_bearer lost_fee_bearer NOT NULL DEFAULT 'general_fund',
  -- The one chapter whose general fund pays what Stripe charges the account itself.
  ADD COLUMN bears_stripe_fees boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX chapter_bears_stripe_fees ON chapter (currency) WHERE bears_stripe_fees;

CREATE TYPE refund_origin AS ENUM ('desk', 'stripe');
CREATE TYPE refund_status AS ENUM ('requested', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'refused');

CREATE TABLE refund (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  donation_id uuid NOT NULL REFERENCES donation (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  origin refund_origin NOT NULL,
  status refund_status NOT NULL,
  stripe_id text UNIQUE,
  -- In the currency the donor paid.
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency text NOT NULL,
  reason text,
  submission_key text UNIQUE,
  requested_by_id uuid,
  failure_reason text,
  balance_transaction_id text UNIQUE,
  failure_transaction_id text UNIQUE,
  entry_ids bigint[] NOT NULL DEFAULT '{}',
  own_minor bigint NOT NULL DEFAULT 0 CHECK (own_minor >= 0),
  other_minor bigint NOT NULL DEFAULT 0 CHECK (other_minor >= 0),
  reserve_minor bigint NOT NULL DEFAULT 0 CHECK (reserve_minor >= 0),
  receivable_minor bigint NOT NULL DEFAULT 0 CHECK (receivable_minor >= 0),
  seen_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT refund_of_the_desk_is_somebodys CHECK ((origin = 'desk') = (requested_by_id IS NOT NULL)),
  CONSTRAINT refund_known_to_stripe CHECK (stripe_id IS NOT NULL OR status IN ('requested', 'refused')),
  CONSTRAINT refund_failed_after_it_was_made CHECK (failure_transaction_id IS NULL OR balance_transaction_id IS NOT NULL)
);
CREATE INDEX refund_donation_id_idx ON refund (donation_id);

CREATE TABLE dispute (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  donation_id uuid NOT NULL REFERENCES donation (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  stripe_id text NOT NULL UNIQUE,
  -- Stripe's own word; a new one of theirs is kept as it is.
  status text NOT NULL CHECK (status <> ''),
  reason text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency text NOT NULL,
  -- In the currency of the fund: what left, what came back, and the fees that are not back.
  withdrawn_minor bigint NOT NULL DEFAULT 0 CHECK (withdrawn_minor >= 0),
  reinstated_minor bigint NOT NULL DEFAULT 0 CHECK (reinstated_minor >= 0),
  fee_minor bigint NOT NULL DEFAULT 0,
  due_by timestamptz(3),
  past_due boolean NOT NULL DEFAULT false,
  evidence_sent boolean NOT NULL DEFAULT false,
  entry_ids bigint[] NOT NULL DEFAULT '{}',
  own_minor bigint NOT NULL DEFAULT 0 CHECK (own_minor >= 0),
  other_minor bigint NOT NULL DEFAULT 0 CHECK (other_minor >= 0),
  reserve_minor bigint NOT NULL DEFAULT 0 CHECK (reserve_minor >= 0),
  receivable_minor bigint NOT NULL DEFAULT 0 CHECK (receivable_minor >= 0),
  seen_at timestamptz(3),
  opened_at timestamptz(3) NOT NULL
);
CREATE INDEX dispute_donation_id_idx ON dispute (donation_id);
CREATE INDEX dispute_status_idx ON dispute (status);
REVOKE DELETE, TRUNCATE ON refund, dispute FROM purse_app;

CREATE FUNCTION refund_keeps_its_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (OLD.donation_id, OLD.origin, OLD.amount_minor, OLD.currency, OLD.submission_key, OLD.requested_by_id, OLD.created_at)
    IS DISTINCT FROM (NEW.donation_id, NEW.origin, NEW.amount_minor, NEW.currency, NEW.submission_key, NEW.requested_by_id, NEW.created_at)
    OR (OLD.stripe_id IS NOT NULL AND OLD.stripe_id IS DISTINCT FROM NEW.stripe_id)
    OR (OLD.balance_transaction_id IS NOT NULL AND OLD.balance_transaction_id IS DISTINCT FROM NEW.balance_transaction_id)
    OR (OLD.failure_transaction_id IS NOT NULL AND OLD.failure_transaction_id IS DISTINCT FROM NEW.failure_transaction_id)
    OR NOT OLD.entry_ids <@ NEW.entry_ids THEN
    RAISE EXCEPTION 'a refund keeps what was asked and what was posted' USING ERRCODE = 'CP001';
  END IF;
  IF OLD.status IN ('failed', 'canceled', 'refused') AND NEW.status <> OLD.status THEN
    RAISE EXCEPTION 'a refund that ended does not begin again' USING ERRCODE = 'CP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refund_keeps_its_facts BEFORE UPDATE ON refund FOR EACH ROW EXECUTE FUNCTION refund_keeps_its_facts();

CREATE FUNCTION dispute_keeps_its_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (OLD.donation_id, OLD.stripe_id, OLD.opened_at) IS DISTINCT FROM (NEW.donation_id, NEW.stripe_id, NEW.opened_at)
    OR NOT OLD.entry_ids <@ NEW.entry_ids THEN
    RAISE EXCEPTION 'a dispute keeps its gift and what was posted' USING ERRCODE = 'CP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dispute_keeps_its_facts BEFORE UPDATE ON dispute FOR EACH ROW EXECUTE FUNCTION dispute_keeps_its_facts();

-- A payout that was made by hand, or whose money came back, is the same row; what came back is named here.
ALTER TABLE stripe_payout ADD COLUMN reversal_entry_id bigint, ADD COLUMN automatic boolean NOT NULL DEFAULT true,
  ADD COLUMN failure_transaction_id text UNIQUE, ADD COLUMN failure_reason text;
