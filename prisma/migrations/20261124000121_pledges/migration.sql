-- Monthly pledges. What Stripe says of the subscription is copied here by syncPledge; what the donor, the campaign or a
-- dispute wants of it (paused_at, paused_until, campaign_paused_at, end_reason) is written first and brought to Stripe after.
ALTER TABLE pledge
  ADD COLUMN cover_minor bigint NOT NULL DEFAULT 0 CHECK (cover_minor >= 0),
  ADD COLUMN tip_minor bigint NOT NULL DEFAULT 0 CHECK (tip_minor >= 0),
  ADD COLUMN donor_name text,
  ADD COLUMN show_name boolean NOT NULL DEFAULT false,
  ADD COLUMN show_amount boolean NOT NULL DEFAULT true,
  ADD COLUMN submission_key text UNIQUE,
  ADD COLUMN checkout_session_id text UNIQUE,
  ADD COLUMN checkout_url text,
  ADD COLUMN subscription_id text UNIQUE,
  ADD COLUMN next_charge_at timestamptz(3),
  ADD COLUMN next_charge_minor bigint CHECK (next_charge_minor > 0),
  ADD COLUMN paused_at timestamptz(3),
  ADD COLUMN paused_until timestamptz(3),
  ADD COLUMN campaign_paused_at timestamptz(3),
  ADD COLUMN end_reason text,
  ADD COLUMN ended_at timestamptz(3),
  ADD COLUMN wish_at timestamptz(3),
  ADD COLUMN synced_at timestamptz(3),
  ADD COLUMN version int NOT NULL DEFAULT 1,
  ADD CONSTRAINT pledge_shown_name_exists CHECK (NOT show_name OR donor_name IS NOT NULL),
  ADD CONSTRAINT pledge_end_reason_is_known
    CHECK (end_reason IN ('donor', 'campaign_ended', 'disputed', 'payment_failed', 'never_paid', 'stripe')),
  ADD CONSTRAINT pledge_pause_is_whole CHECK (paused_until IS NULL OR paused_at IS NOT NULL);
ALTER TABLE donor ADD COLUMN stripe_customer_id text UNIQUE;

-- A lapsed pledge that goes on has a new subscription; the earlier ones still lead here.
CREATE TABLE pledge_subscription (
  id text PRIMARY KEY CHECK (id <> ''),
  pledge_id uuid NOT NULL REFERENCES pledge (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  status text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  ended_at timestamptz(3)
);
CREATE INDEX pledge_subscription_pledge_id_idx ON pledge_subscription (pledge_id);

-- Everything that happened to a pledge, in order. A step that people are told of names its mail once it is queued.
CREATE TABLE pledge_step (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  pledge_id uuid NOT NULL REFERENCES pledge (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  kind text NOT NULL,
  from_status pledge_status NOT NULL,
  to_status pledge_status NOT NULL,
  key text UNIQUE,
  reason text,
  detail jsonb NOT NULL DEFAULT '{}',
  actor_id text NOT NULL,
  mail_id uuid UNIQUE,
  at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX pledge_step_pledge_id_at_idx ON pledge_step (pledge_id, at);
REVOKE DELETE, TRUNCATE ON pledge_step, pledge_subscription FROM purse_app;

CREATE FUNCTION pledge_step_is_history() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.mail_id IS NOT NULL
    OR (to_jsonb(OLD) - 'mail_id') IS DISTINCT FROM (to_jsonb(NEW) - 'mail_id') THEN
    RAISE EXCEPTION 'the history of a pledge is append-only' USING ERRCODE = 'CP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER pledge_step_is_history BEFORE UPDATE OR DELETE ON pledge_step FOR EACH ROW EXECUTE FUNCTION pledge_step_is_history();

CREATE FUNCTION pledge_subscription_keeps_its_pledge() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (OLD.id, OLD.pledge_id, OLD.created_at) IS DISTINCT FROM (NEW.id, NEW.pledge_id, NEW.created_at) THEN
    RAISE EXCEPTION 'a subscription stays with its pledge' USING ERRCODE = 'CP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER pledge_subscription_keeps_its_pledge BEFORE UPDATE ON pledge_subscription
  FOR EACH ROW EXECUTE FUNCTION pledge_subscription_keeps_its_pledge();

-- Whose pledge it is, to what and in which currency never changes; what ended with the donor's word does not begin again.
CREATE FUNCTION pledge_keeps_its_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (OLD.campaign_id, OLD.donor_id, OLD.kind, OLD.currency, OLD.submission_key, OLD.created_at)
    IS DISTINCT FROM (NEW.campaign_id, NEW.donor_id, NEW.kind, NEW.currency, NEW.submission_key, NEW.created_at) THEN
    RAISE EXCEPTION 'a pledge keeps its donor, campaign, kind and currency' USING ERRCODE = 'CP001';
  END IF;
  IF NEW.kind = 'monthly' AND OLD.status = 'cancelled' AND NEW.status <> 'cancelled' THEN
    RAISE EXCEPTION 'a cancelled pledge does not begin again' USING ERRCODE = 'CP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER pledge_keeps_its_facts BEFORE UPDATE ON pledge FOR EACH ROW EXECUTE FUNCTION pledge_keeps_its_facts();
ALTER TABLE pledge ADD CONSTRAINT pledge_status_fits_kind CHECK (
  CASE kind WHEN 'once' THEN status::text NOT IN ('active', 'past_due', 'paused') ELSE status::text <> 'fulfilled' END);

-- The worker looks for pledges whose wish has not reached Stripe, and for those of campaigns that stopped.
CREATE INDEX pledge_wishes ON pledge (wish_at) WHERE wish_at IS NOT NULL;
CREATE INDEX pledge_monthly ON pledge (campaign_id) WHERE kind = 'monthly' AND status IN ('active', 'past_due', 'paused');
