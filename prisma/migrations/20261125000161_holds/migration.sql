-- Holds: what the end of an aid group's approval does to its campaigns, their money and their givers. lib/holds.

-- ───────────────────────────── the alternate, named before anybody gives ─────────────────────────────

ALTER TABLE campaign ADD COLUMN alternate_aid_group_id uuid REFERENCES aid_group (id) ON DELETE RESTRICT ON UPDATE CASCADE;

-- A reviewer reads it and a giver relies on it, so it changes with the draft only.
CREATE FUNCTION campaign_alternate_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.status <> 'draft' THEN
    RAISE EXCEPTION 'campaign: its alternate was named before the review and stays' USING ERRCODE = 'CP313';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campaign_alternate_guard BEFORE UPDATE ON campaign FOR EACH ROW
  WHEN (OLD.alternate_aid_group_id IS DISTINCT FROM NEW.alternate_aid_group_id) EXECUTE FUNCTION campaign_alternate_guard();

-- ──────────────────────────────────────────────── tables ────────────────────────────────────────────────

CREATE TYPE hold_status AS ENUM ('held', 'cured', 'choosing', 'closed');

CREATE TABLE campaign_hold (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  campaign_id uuid NOT NULL REFERENCES campaign (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  aid_group_id uuid NOT NULL REFERENCES aid_group (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  fund_id bigint NOT NULL,
  currency text NOT NULL,
  status hold_status NOT NULL DEFAULT 'held',
  -- The aid group's status when it began; for the chapter's desks, never public.
  cause text NOT NULL CHECK (length(cause) BETWEEN 1 AND 40),
  opened_at timestamptz(3) NOT NULL,
  -- Whether this hold paused the campaign, so that only what it stopped goes on by itself.
  paused_campaign boolean NOT NULL DEFAULT false,
  cured_at timestamptz(3),
  -- Two people say that it has failed; nobody, where the vetting itself ended with a no.
  failed_by_id uuid,
  failed_reason text CHECK (length(failed_reason) BETWEEN 3 AND 2000),
  failed_at timestamptz(3),
  confirmed_by_id uuid,
  alternate_aid_group_id uuid REFERENCES aid_group (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  choice_until timestamptz(3),
  -- From here on no choice changes.
  choices_closed_at timestamptz(3),
  redirected_at timestamptz(3),
  outcome text CHECK (outcome IN ('others_continue', 'nothing_left', 'redirected', 'refunded')),
  closed_at timestamptz(3),
  closed_by_id uuid,
  closed_reason text CHECK (length(closed_reason) BETWEEN 3 AND 2000),
  version int NOT NULL DEFAULT 1,
  CONSTRAINT campaign_hold_two_people CHECK (confirmed_by_id <> failed_by_id),
  CONSTRAINT campaign_hold_failed_whole CHECK (num_nulls(failed_by_id, failed_reason, failed_at) IN (0, 3)
    AND (confirmed_by_id IS NULL OR failed_by_id IS NOT NULL)),
  CONSTRAINT campaign_hold_cured CHECK ((status = 'cured') = (cured_at IS NOT NULL)),
  CONSTRAINT campaign_hold_closed CHECK ((status = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (outcome IS NULL)),
  CONSTRAINT campaign_hold_choosing CHECK (status <> 'choosing' OR choice_until IS NOT NULL),
  CONSTRAINT campaign_hold_choices_closed CHECK (choices_closed_at >= choice_until),
  CONSTRAINT campaign_hold_redirected CHECK (redirected_at IS NULL OR (alternate_aid_group_id IS NOT NULL AND choices_closed_at IS NOT NULL))
);
CREATE UNIQUE INDEX campaign_hold_open ON campaign_hold (campaign_id, aid_group_id) WHERE status IN ('held', 'choosing');
CREATE UNIQUE INDEX campaign_hold_choosing_once ON campaign_hold (campaign_id) WHERE status = 'choosing';
CREATE INDEX campaign_hold_aid_group ON campaign_hold (aid_group_id, status);
CREATE INDEX campaign_hold_status ON campaign_hold (status);

CREATE TABLE donor_choice (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  hold_id uuid NOT NULL REFERENCES campaign_hold (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  donation_id uuid NOT NULL REFERENCES donation (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  donor_id uuid NOT NULL REFERENCES donor (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  -- The cents of this gift that the fund still had when the window opened, in the fund's currency.
  at_stake_minor bigint NOT NULL CHECK (at_stake_minor > 0),
  -- sha-256 in hex of the link that opens it; the same for all gifts of one giver in one hold.
  token_hash text NOT NULL,
  choice text CHECK (choice IN ('redirect', 'refund')),
  chosen_at timestamptz(3),
  -- Nobody answered in time.
  defaulted boolean NOT NULL DEFAULT false,
  mail_id uuid,
  refund_id uuid UNIQUE REFERENCES refund (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  -- How a refund was settled that no card could take: by a treasurer, or by nobody where nothing was left to refund.
  settled_by text,
  settled_at timestamptz(3),
  settled_note text CHECK (length(settled_note) BETWEEN 3 AND 2000),
  UNIQUE (hold_id, donation_id),
  CONSTRAINT donor_choice_made CHECK ((choice IS NULL) = (chosen_at IS NULL) AND (choice IS NOT NULL OR NOT defaulted)),
  CONSTRAINT donor_choice_refund CHECK (refund_id IS NULL OR choice = 'refund'),
  CONSTRAINT donor_choice_settled CHECK (num_nulls(settled_by, settled_at, settled_note) IN (0, 3))
);
CREATE INDEX donor_choice_token ON donor_choice (token_hash);
CREATE INDEX donor_choice_donation ON donor_choice (donation_id);

REVOKE DELETE, TRUNCATE ON campaign_hold, donor_choice FROM purse_app;
CREATE TRIGGER campaign_hold_kept BEFORE DELETE ON campaign_hold FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER donor_choice_kept BEFORE DELETE ON donor_choice FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The same table as lib/holds/states.ts; a test compares every pair.
CREATE FUNCTION hold_step_is_legal(from_status hold_status, to_status hold_status) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT (from_status::text, to_status::text) IN (('held', 'cured'), ('held', 'choosing'), ('held', 'closed'), ('choosing', 'closed'))
$$;

CREATE FUNCTION campaign_hold_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'held' OR NOT EXISTS (SELECT FROM campaign c JOIN campaign_aid_group l ON l.campaign_id = c.id
      WHERE c.id = NEW.campaign_id AND c.fund_id = NEW.fund_id AND c.currency = NEW.currency AND l.aid_group_id = NEW.aid_group_id) THEN
      RAISE EXCEPTION 'hold: begins as held, of a campaign, one of its aid groups and its fund' USING ERRCODE = 'CP160';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.campaign_id, NEW.aid_group_id, NEW.fund_id, NEW.currency, NEW.cause, NEW.opened_at)
    IS DISTINCT FROM (OLD.campaign_id, OLD.aid_group_id, OLD.fund_id, OLD.currency, OLD.cause, OLD.opened_at) THEN
    RAISE EXCEPTION 'hold: what it is about never changes' USING ERRCODE = 'CP160';
  END IF;
  IF OLD.status IN ('cured', 'closed') THEN
    RAISE EXCEPTION 'hold: it has ended and stays as it is' USING ERRCODE = 'CP160';
  END IF;
  IF NEW.status <> OLD.status AND NOT hold_step_is_legal(OLD.status, NEW.status) THEN
    RAISE EXCEPTION 'hold: % -> % is not a legal step', OLD.status, NEW.status USING ERRCODE = 'CP160';
  END IF;
  IF OLD.choice_until IS NOT NULL AND (NEW.choice_until, NEW.alternate_aid_group_id) IS DISTINCT FROM (OLD.choice_until, OLD.alternate_aid_group_id)
    OR OLD.choices_closed_at IS NOT NULL AND NEW.choices_closed_at IS DISTINCT FROM OLD.choices_closed_at THEN
    RAISE EXCEPTION 'hold: what givers were told does not change' USING ERRCODE = 'CP160';
  END IF;
  -- An aid group whose vetting said no has failed; of any other, two people of the chapter say so.
  IF NEW.status = 'choosing' AND OLD.status = 'held' AND NEW.confirmed_by_id IS NULL
    AND (SELECT status FROM aid_group WHERE id = NEW.aid_group_id) NOT IN ('rejected', 'withdrawn') THEN
    RAISE EXCEPTION 'hold: a failure is said by two people, or by the vetting itself' USING ERRCODE = 'CP161';
  END IF;
  IF NEW.choices_closed_at IS NOT NULL AND is_ahead(NEW.choices_closed_at) THEN
    RAISE EXCEPTION 'hold: givers choose until the end of their window' USING ERRCODE = 'CP160';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campaign_hold_guard BEFORE INSERT OR UPDATE ON campaign_hold FOR EACH ROW EXECUTE FUNCTION campaign_hold_guard();

-- A choice is the giver's own until the window closes, and nobody's afterwards. The look at the hold waits for whoever closes it.
CREATE FUNCTION donor_choice_guard() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE h campaign_hold;
BEGIN
  SELECT * INTO h FROM campaign_hold WHERE id = NEW.hold_id FOR SHARE;
  IF TG_OP = 'INSERT' THEN
    IF h.status <> 'choosing' OR h.choices_closed_at IS NOT NULL OR num_nonnulls(NEW.choice, NEW.refund_id, NEW.settled_at) > 0 THEN
      RAISE EXCEPTION 'choice: begins unmade, while the window is open' USING ERRCODE = 'CP162';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.hold_id, NEW.donation_id, NEW.donor_id, NEW.at_stake_minor, NEW.token_hash)
    IS DISTINCT FROM (OLD.hold_id, OLD.donation_id, OLD.donor_id, OLD.at_stake_minor, OLD.token_hash)
    OR OLD.refund_id IS NOT NULL AND NEW.refund_id IS DISTINCT FROM OLD.refund_id
    OR OLD.settled_at IS NOT NULL AND (NEW.settled_at, NEW.settled_by, NEW.settled_note) IS DISTINCT FROM (OLD.settled_at, OLD.settled_by, OLD.settled_note) THEN
    RAISE EXCEPTION 'choice: what it is about, and what was done, never changes' USING ERRCODE = 'CP162';
  END IF;
  IF (NEW.choice, NEW.defaulted) IS DISTINCT FROM (OLD.choice, OLD.defaulted) AND h.choices_closed_at IS NOT NULL THEN
    RAISE EXCEPTION 'choice: the window has closed' USING ERRCODE = 'CP162';
  END IF;
  IF NEW.refund_id IS NOT NULL AND OLD.refund_id IS NULL AND (h.choices_closed_at IS NULL
    OR NOT EXISTS (SELECT FROM refund r WHERE r.id = NEW.refund_id AND r.donation_id = NEW.donation_id AND r.origin::text = 'choice')) THEN
    RAISE EXCEPTION 'choice: its refund is of its own gift, after the window' USING ERRCODE = 'CP162';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER donor_choice_guard BEFORE INSERT OR UPDATE ON donor_choice FOR EACH ROW EXECUTE FUNCTION donor_choice_guard();

-- ───────────────────────────────── what a hold means for the campaign ─────────────────────────────────

-- What a reviewer approved is whole; only the alternate that the campaign named comes in later, when givers have chosen.
CREATE OR REPLACE FUNCTION campaign_part_late() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE current campaign_status;
BEGIN
  SELECT status INTO current FROM campaign WHERE id = NEW.campaign_id;
  IF current = 'in_review'
     OR (current <> 'draft' AND EXISTS (SELECT FROM campaign_transition WHERE campaign_id = NEW.campaign_id)) THEN
    IF TG_TABLE_NAME = 'campaign_aid_group' AND EXISTS (SELECT FROM campaign_hold h WHERE h.campaign_id = NEW.campaign_id AND h.status = 'choosing'
        AND h.choices_closed_at IS NOT NULL AND h.alternate_aid_group_id = (to_jsonb(NEW) ->> 'aid_group_id')::uuid
        AND aid_group_is_payable(h.alternate_aid_group_id, clock_timestamp())) THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'campaign: only a draft can be edited' USING ERRCODE = 'CP313';
  END IF;
  RETURN NEW;
END $$;

-- An aid group that failed in a campaign gets nothing more from it, also when it is approved anew later: its givers were told so.
CREATE FUNCTION disbursement_hold_gate() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM campaign_hold h WHERE h.campaign_id = NEW.campaign_id AND h.aid_group_id = NEW.aid_group_id
      AND h.status IN ('choosing', 'closed')) THEN
    RAISE EXCEPTION 'disbursement: the aid group''s part in this campaign has ended' USING ERRCODE = 'CP163';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_hold_gate BEFORE INSERT ON disbursement FOR EACH ROW EXECUTE FUNCTION disbursement_hold_gate();
CREATE TRIGGER disbursement_hold_step BEFORE UPDATE ON disbursement FOR EACH ROW
  WHEN (NEW.status IN ('approved', 'released') AND OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION disbursement_hold_gate();
ALTER TABLE disbursement ENABLE ALWAYS TRIGGER disbursement_hold_gate;
ALTER TABLE disbursement ENABLE ALWAYS TRIGGER disbursement_hold_step;

-- A refund of one fund alone: a choice is about the campaign's cents, not about a tip to the chapter.
ALTER TABLE refund ADD COLUMN fund_id bigint;
CREATE FUNCTION refund_keeps_its_fund() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'a refund keeps the fund it is taken from' USING ERRCODE = 'CP001';
END $$;
CREATE TRIGGER refund_keeps_its_fund BEFORE UPDATE ON refund FOR EACH ROW WHEN (OLD.fund_id IS DISTINCT FROM NEW.fund_id)
  EXECUTE FUNCTION refund_keeps_its_fund();

-- ─────────────────────────────────────── quarantine in the ledger ───────────────────────────────────────

-- Money of a fund that nobody may be paid from is promised to its hold: an encumbrance whose source is the hold.
CREATE INDEX entry_quarantine ON ledger.entry (source_id) WHERE source_type = 'campaign_hold' AND kind = 'encumbrance';

CREATE VIEW ledger.quarantines AS
  SELECT t.fund_id, e.source_id::uuid AS hold_id, e.id AS entry_id, t.amount_minor
  FROM ledger.entry e JOIN ledger.transfer t ON t.entry_id = e.id
  WHERE e.source_type = 'campaign_hold' AND e.kind = 'encumbrance'
    AND NOT EXISTS (SELECT FROM ledger.entry r WHERE r.reverses_entry_id = e.id);
GRANT SELECT ON ledger.quarantines TO purse_app;

-- Sets aside what the fund could still promise. Answers the entry, or null where there is nothing, or the chapter owes the
-- fund and nothing leaves it anyway.
CREATE FUNCTION ledger.quarantine(p_key text, p_hold text, p_effective timestamptz, p_actor text, p_fund bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE v_free bigint;
BEGIN
  PERFORM lock_guards(ARRAY[p_fund]);
  SELECT CASE WHEN coalesce(balances[6], 0) > 0 THEN 0 ELSE headroom_minor END INTO v_free FROM guard WHERE fund_id = p_fund;
  IF v_free <= 0 THEN RETURN NULL; END IF;
  RETURN encumber(p_key, 'campaign_hold', p_hold, p_effective, p_actor, NULL, p_fund, v_free);
END $$;

-- Gives back of the quarantine what the fund needs for a refund or a dispute, newest first: set aside is money that nobody
-- may be paid, not money that its givers cannot have back. The caller holds the guard.
CREATE FUNCTION ledger.yield_quarantine(p_entry bigint, p_fund bigint, p_wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE q record; v_short bigint; v_kept bigint; v_key text; e ledger.entry;
BEGIN
  SELECT p_wanted - (headroom_minor + balances[1] - early_minor) INTO v_short FROM guard WHERE fund_id = p_fund AND balances[31] > 0;
  IF v_short IS NULL OR v_short <= 0 THEN RETURN; END IF;
  FOR q IN SELECT * FROM quarantines WHERE fund_id = p_fund ORDER BY entry_id DESC LOOP
    EXIT WHEN v_short <= 0;
    SELECT * INTO e FROM entry WHERE id = p_entry;
    v_kept := greatest(q.amount_minor - v_short, 0);
    v_key := format('quarantine-yield:%s:%s', p_entry, q.entry_id);
    PERFORM cancel_encumbrance(v_key, 'campaign_hold', q.hold_id::text, e.effective_at, e.actor_id, NULL, q.entry_id);
    IF v_kept > 0 THEN
      PERFORM encumber(v_key || ':rest', 'campaign_hold', q.hold_id::text, e.effective_at, e.actor_id, NULL, p_fund, v_kept);
    END IF;
    v_short := v_short - (q.amount_minor - v_kept);
  END LOOP;
END $$;

-- What Stripe took for a gift, whoever has it; as before, but for the first line.
CREATE OR REPLACE FUNCTION ledger.take_back(
  p_entry bigint, p_kind ledger.entry_kind, p_fund bigint, p_reserve bigint, p_gift_entry bigint, p_what int,
  p_outflow ledger.outflow_kind, p_amount bigint, p_reserve_first boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_reserve bigint := 0; v_own bigint; v_has bigint;
BEGIN
  IF p_amount = 0 THEN RETURN; END IF;
  IF p_reserve_first THEN v_reserve := giveable(p_reserve, p_amount); END IF;
  PERFORM yield_quarantine(p_entry, p_fund, p_amount - v_reserve);
  v_own := giveable(p_fund, p_amount - v_reserve);
  IF NOT p_reserve_first THEN v_reserve := giveable(p_reserve, p_amount - v_own); END IF;
  SELECT headroom_minor INTO v_has FROM guard WHERE fund_id = p_fund;
  PERFORM write_transfers(p_entry, p_kind, p_fund, ARRAY[p_what, p_what, 6], '{2,33,2}',
    ARRAY[v_own, v_reserve, p_amount - v_own - v_reserve], greatest(v_own - v_has, 0));
  PERFORM spend_cents(p_fund, p_entry, p_outflow, NULL, v_own, p_gift_entry);
  IF v_reserve > 0 THEN
    SELECT headroom_minor INTO v_has FROM guard WHERE fund_id = p_reserve;
    PERFORM write_transfers(p_entry, p_kind, p_reserve, '{33}', '{2}', ARRAY[v_reserve], greatest(v_reserve - v_has, 0));
    PERFORM spend_cents(p_reserve, p_entry, 'interfund', NULL, v_reserve);
  END IF;
END $$;

REVOKE ALL ON FUNCTION ledger.quarantine, ledger.yield_quarantine FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.quarantine TO purse_app;

-- What a fund has promised is what is approved and what is in quarantine for a hold of it that has not ended.
CREATE OR REPLACE FUNCTION ledger_money_out() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, ledger, pg_temp AS $$
DECLARE held bigint[];
BEGIN
  IF NOT EXISTS (SELECT FROM ledger.fund f JOIN chapter c ON c.id = f.chapter_id WHERE f.id = NEW.fund_id) THEN RETURN NULL; END IF;
  SELECT balances INTO held FROM ledger.guard WHERE fund_id = NEW.fund_id;
  IF (SELECT coalesce(sum(amount_minor), 0) FROM disbursement WHERE fund_id = NEW.fund_id AND status = 'approved')
      + (SELECT coalesce(sum(q.amount_minor), 0) FROM public.campaign_hold h JOIN ledger.quarantines q ON q.hold_id = h.id AND q.fund_id = h.fund_id
        WHERE h.fund_id = NEW.fund_id AND h.status IN ('held', 'choosing'))
      IS DISTINCT FROM coalesce(held[31], 0)
    OR EXISTS (SELECT FROM disbursement d JOIN ledger.entry e ON e.reverses_entry_id = d.encumbrance_entry_id
      WHERE d.fund_id = NEW.fund_id AND d.status = 'approved') THEN
    PERFORM disbursement_books_disagree('a chapter''s money is promised, and a promise is taken back, only through a disbursement');
  END IF;
  IF (SELECT coalesce(sum(amount_minor), 0) FROM disbursement WHERE fund_id = NEW.fund_id AND status = 'released')
      IS DISTINCT FROM coalesce(held[5], 0)
    OR EXISTS (SELECT FROM disbursement d JOIN ledger.entry e ON e.reverses_entry_id = d.release_entry_id OR e.completes_entry_id = d.release_entry_id
      WHERE d.fund_id = NEW.fund_id AND d.status = 'released') THEN
    PERFORM disbursement_books_disagree('a chapter''s money is sent, confirmed and taken back only through a disbursement');
  END IF;
  RETURN NULL;
END $$;

-- A hold that ends has nothing in quarantine any more.
CREATE FUNCTION campaign_hold_books() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, ledger, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM ledger.quarantines q WHERE q.hold_id = NEW.id) THEN
    RAISE EXCEPTION 'hold: it ended and still has money in quarantine' USING ERRCODE = 'CP160';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER campaign_hold_books AFTER UPDATE ON campaign_hold DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status IN ('cured', 'closed')) EXECUTE FUNCTION campaign_hold_books();
