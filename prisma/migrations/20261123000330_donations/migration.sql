-- The name is the gift's own: a stranger who gives with somebody's address cannot rename the gifts that person made.
ALTER TABLE donation ADD COLUMN donor_name text, ADD COLUMN receipt_mail_id uuid UNIQUE, ADD COLUMN tip_fund_id bigint;
ALTER TABLE donation ADD CONSTRAINT donation_shown_name_exists CHECK (NOT show_name OR donor_name IS NOT NULL) NOT VALID;

-- Up to when everything that happened at Stripe is known to have been looked at.
CREATE TABLE stripe_sweep (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  good_until timestamptz(3) NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON stripe_sweep TO purse_app;
REVOKE DELETE, TRUNCATE ON stripe_sweep FROM purse_app;

-- What was asked for stays as it was asked, and a settled donation stays settled as it was posted.
CREATE FUNCTION donation_keeps_its_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.campaign_id, OLD.pledge_id, OLD.donor_id, OLD.currency, OLD.gift_minor, OLD.cover_minor, OLD.tip_minor, OLD.submission_key, OLD.receipt_token)
    IS DISTINCT FROM (NEW.campaign_id, NEW.pledge_id, NEW.donor_id, NEW.currency, NEW.gift_minor, NEW.cover_minor, NEW.tip_minor, NEW.submission_key, NEW.receipt_token) THEN
    RAISE EXCEPTION 'a donation keeps what was asked for' USING ERRCODE = 'CP001';
  END IF;
  IF OLD.status = 'settled' AND (OLD.status, OLD.fund_id, OLD.entry_id, OLD.fee_minor, OLD.balance_transaction_id, OLD.settled_at)
    IS DISTINCT FROM (NEW.status, NEW.fund_id, NEW.entry_id, NEW.fee_minor, NEW.balance_transaction_id, NEW.settled_at) THEN
    RAISE EXCEPTION 'a settled donation stays as it was posted' USING ERRCODE = 'CP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER donation_keeps_its_facts BEFORE UPDATE ON donation FOR EACH ROW EXECUTE FUNCTION donation_keeps_its_facts();

CREATE FUNCTION balance_transaction_keeps_its_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.reporting_category, OLD.source_id, OLD.currency, OLD.amount_minor, OLD.fee_minor, OLD.net_minor)
    IS DISTINCT FROM (NEW.reporting_category, NEW.source_id, NEW.currency, NEW.amount_minor, NEW.fee_minor, NEW.net_minor)
    OR (OLD.entry_id IS NOT NULL AND OLD.entry_id IS DISTINCT FROM NEW.entry_id)
    OR (OLD.available_entry_id IS NOT NULL AND OLD.available_entry_id IS DISTINCT FROM NEW.available_entry_id)
    OR (OLD.payout_id IS NOT NULL AND OLD.payout_id IS DISTINCT FROM NEW.payout_id) THEN
    RAISE EXCEPTION 'what Stripe wrote down, and where it was posted, stays' USING ERRCODE = 'CP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER balance_transaction_keeps_its_facts BEFORE UPDATE ON balance_transaction
  FOR EACH ROW EXECUTE FUNCTION balance_transaction_keeps_its_facts();
ALTER TABLE balance_transaction ADD CONSTRAINT balance_transaction_adds_up CHECK (amount_minor - fee_minor = net_minor);

-- The jobs look for exactly these rows; with a million gifts the ordinary indexes would be walked from the start.
CREATE INDEX balance_transaction_waiting ON balance_transaction (available_on) WHERE available_entry_id IS NULL AND entry_id IS NOT NULL;
CREATE INDEX stripe_event_waiting ON stripe_event (received_at) WHERE status = 'pending';
CREATE INDEX donation_public ON donation (campaign_id, settled_at DESC, id) WHERE status = 'settled';
