-- A wire that was begun while every gate was open may be at the bank when a gate shuts. Books that refuse to write it down would give
-- its promise to somebody else, and the money would leave twice. So for three days the wire can be recorded, with the gate that shut.
ALTER TABLE disbursement ADD COLUMN "sent_despite" TEXT;
ALTER TABLE disbursement ADD CONSTRAINT disbursement_sent_despite
  CHECK (sent_despite IS NULL OR (status IN ('released', 'confirmed', 'returned') AND sending_at IS NOT NULL));

CREATE OR REPLACE FUNCTION disbursement_step_columns(old_status disbursement_status, new_status disbursement_status) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE old_status || '>' || new_status
    WHEN 'requested>requested' THEN ARRAY['purpose', 'aid_group_id', 'amount_minor']
    WHEN 'requested>approved' THEN ARRAY['approved_by_id', 'approved_at', 'encumbrance_entry_id']
    WHEN 'requested>rejected' THEN ARRAY['ended_by_id', 'ended_at', 'ended_reason']
    WHEN 'requested>cancelled' THEN ARRAY['ended_by_id', 'ended_at', 'ended_reason']
    WHEN 'approved>requested' THEN ARRAY['approved_by_id', 'approved_at', 'encumbrance_entry_id', 'sending_by_id', 'sending_at']
    WHEN 'approved>approved' THEN ARRAY['sending_by_id', 'sending_at']
    WHEN 'approved>cancelled' THEN ARRAY['ended_by_id', 'ended_at', 'ended_reason']
    WHEN 'approved>released' THEN ARRAY['sent_despite', 'released_by_id', 'released_at', 'wire_reference', 'transfer_fee_minor', 'release_entry_id']
    WHEN 'released>confirmed' THEN ARRAY['confirmed_by_id', 'confirmed_at', 'confirm_entry_id']
    WHEN 'released>returned' THEN ARRAY['ended_by_id', 'ended_at', 'ended_reason', 'return_entry_id']
  END
$$;

CREATE OR REPLACE FUNCTION disbursement_update_rules() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  allowed text[] := disbursement_step_columns(OLD.status, NEW.status);
  changed text[] := ARRAY(SELECT key FROM jsonb_each(to_jsonb(NEW)) AS fresh WHERE to_jsonb(OLD) -> fresh.key IS DISTINCT FROM fresh.value);
  chapter uuid := (SELECT chapter_id FROM campaign WHERE id = NEW.campaign_id);
BEGIN
  IF allowed IS NULL THEN
    RAISE EXCEPTION 'disbursement: there is no step from % to %', OLD.status, NEW.status USING ERRCODE = 'CP103';
  END IF;
  IF NEW.version <> OLD.version + 1 THEN
    RAISE EXCEPTION 'disbursement: each change is the next version' USING ERRCODE = 'CP103';
  END IF;
  IF NOT changed <@ (allowed || ARRAY['status', 'version']) THEN
    RAISE EXCEPTION 'disbursement: the step from % to % does not change %', OLD.status, NEW.status,
      ARRAY(SELECT unnest(changed) EXCEPT SELECT unnest(allowed || ARRAY['status', 'version'])) USING ERRCODE = 'CP103';
  END IF;
  IF NEW.status = 'requested' THEN
    PERFORM disbursement_require_group_of_campaign(NEW.campaign_id, NEW.aid_group_id);
  ELSIF NEW.status = 'approved' AND OLD.status = 'requested' THEN
    PERFORM disbursement_require_role(NEW.approved_by_id, chapter, 'treasurer');
    PERFORM disbursement_require_payable(NEW.aid_group_id, NEW.approved_at);
  ELSIF NEW.status = 'approved' AND NEW.sending_by_id IS NOT NULL THEN
    PERFORM disbursement_require_role(NEW.sending_by_id, chapter, 'treasurer');
  ELSIF NEW.status = 'released' THEN
    PERFORM disbursement_require_role(NEW.released_by_id, chapter, 'treasurer');
    -- What the bank sent before a gate shut is written down; disbursement_payment_gates says for how long.
    IF NEW.sent_despite IS NULL THEN PERFORM disbursement_require_payable(NEW.aid_group_id, NEW.released_at); END IF;
  ELSIF NEW.status = 'confirmed' THEN
    PERFORM disbursement_require_role(NEW.confirmed_by_id, chapter, 'organizer', 'treasurer');
    IF NOT EXISTS (SELECT FROM evidence WHERE disbursement_id = NEW.id) THEN
      RAISE EXCEPTION 'disbursement: confirmed only with evidence' USING ERRCODE = 'CP104';
    END IF;
  ELSIF NEW.status = 'rejected' AND NEW.ended_by_id = NEW.requested_by_id THEN
    RAISE EXCEPTION 'disbursement: the requester cancels, another person rejects' USING ERRCODE = 'CP103';
  ELSIF NEW.status IN ('rejected', 'returned') THEN
    PERFORM disbursement_require_role(NEW.ended_by_id, chapter, 'treasurer');
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION disbursement_payment_gates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  shut text;
  step text := CASE WHEN TG_OP = 'INSERT' THEN 'request' WHEN NEW.status = 'requested' AND OLD.status = 'requested' THEN 'edit'
    WHEN NEW.status = 'approved' AND OLD.status = 'requested' THEN 'approve' WHEN NEW.status = 'approved' AND OLD.status = 'approved' AND NEW.sending_at IS DISTINCT FROM OLD.sending_at THEN 'start'
    WHEN NEW.status = 'released' AND OLD.status = 'approved' THEN 'release' END;
BEGIN
  IF step IS NULL THEN RETURN NEW; END IF;
  PERFORM aid_group_lock_for_payment(NEW.aid_group_id);
  shut := aid_group_payment_gap(NEW.aid_group_id, NEW.campaign_id, NEW.amount_minor, NEW.currency,
    -- A new version's lines are not there yet; each of them is asked when it comes.
    CASE WHEN step IN ('request', 'edit') THEN NULL ELSE NEW.id END,
    CASE step WHEN 'request' THEN NEW.requested_at WHEN 'edit' THEN clock_timestamp() WHEN 'approve' THEN NEW.approved_at
      WHEN 'start' THEN coalesce(NEW.sending_at, clock_timestamp()) ELSE NEW.released_at END);
  IF step = 'release' AND NEW.sent_despite IS NOT NULL THEN
    IF shut IS DISTINCT FROM NEW.sent_despite OR OLD.sending_at IS NULL OR NEW.released_at > OLD.sending_at + interval '3 days' THEN
      RAISE EXCEPTION 'disbursement: the gate % is shut', coalesce(shut, NEW.sent_despite) USING ERRCODE = 'CP102', DETAIL = coalesce(shut, NEW.sent_despite);
    END IF;
    RETURN NEW;
  END IF;
  IF shut IS NOT NULL THEN
    RAISE EXCEPTION 'disbursement: the gate % is shut', shut USING ERRCODE = 'CP102', DETAIL = shut;
  END IF;
  RETURN NEW;
END $$;
