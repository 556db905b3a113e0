-- Money out. lib/disbursements asks politely and answers in words; this file is what holds when somebody does not ask:
-- two or three different people, every step in its order, a payable aid group, books that agree, evidence before the end.

ALTER TABLE disbursement ADD COLUMN return_entry_id bigint, ADD COLUMN sending_by_id uuid, ADD COLUMN sending_at timestamptz(3);
CREATE UNIQUE INDEX disbursement_return_entry_id_key ON disbursement (return_entry_id);

ALTER TABLE disbursement
  ADD CONSTRAINT disbursement_amount CHECK (amount_minor > 0),
  ADD CONSTRAINT disbursement_threshold CHECK (release_threshold_minor >= 0),
  ADD CONSTRAINT disbursement_fee CHECK (transfer_fee_minor >= 0),
  ADD CONSTRAINT disbursement_purpose CHECK (length(purpose) BETWEEN 1 AND 500),
  ADD CONSTRAINT disbursement_ended_reason CHECK (length(ended_reason) BETWEEN 1 AND 1000),
  ADD CONSTRAINT disbursement_wire_reference CHECK (wire_reference ~ '^[A-Z0-9]([A-Z0-9/-]{2,38})[A-Z0-9]$'),
  ADD CONSTRAINT disbursement_sending CHECK (num_nulls(sending_by_id, sending_at) IN (0, 2)),
  ADD CONSTRAINT disbursement_order CHECK (approved_at >= requested_at AND released_at >= approved_at AND confirmed_at >= released_at),
  -- The requester is never the approver nor the releaser; above the threshold the approver is not the releaser either.
  ADD CONSTRAINT disbursement_approved_by_another CHECK (approved_by_id <> requested_by_id),
  ADD CONSTRAINT disbursement_released_by_another CHECK (released_by_id <> requested_by_id),
  ADD CONSTRAINT disbursement_released_by_third CHECK (released_by_id <> approved_by_id OR amount_minor <= release_threshold_minor),
  -- Each state has exactly the facts of the steps that led to it.
  ADD CONSTRAINT disbursement_approval_complete CHECK (CASE
    WHEN status IN ('approved', 'released', 'confirmed', 'returned') THEN num_nulls(approved_by_id, approved_at, encumbrance_entry_id) = 0
    WHEN status = 'cancelled' THEN num_nulls(approved_by_id, approved_at, encumbrance_entry_id) IN (0, 3)
    ELSE num_nonnulls(approved_by_id, approved_at, encumbrance_entry_id, sending_at) = 0 END),
  ADD CONSTRAINT disbursement_release_complete CHECK (CASE
    WHEN status IN ('released', 'confirmed', 'returned')
      THEN num_nulls(released_by_id, released_at, wire_reference, transfer_fee_minor, release_entry_id) = 0
    ELSE num_nonnulls(released_by_id, released_at, wire_reference, transfer_fee_minor, release_entry_id) = 0 END),
  ADD CONSTRAINT disbursement_confirmation_complete CHECK (CASE
    WHEN status = 'confirmed' THEN num_nulls(confirmed_by_id, confirmed_at, confirm_entry_id) = 0
    ELSE num_nonnulls(confirmed_by_id, confirmed_at, confirm_entry_id) = 0 END),
  ADD CONSTRAINT disbursement_end_complete CHECK (CASE
    WHEN status IN ('rejected', 'cancelled', 'returned') THEN num_nulls(ended_by_id, ended_at, ended_reason) = 0
    ELSE num_nonnulls(ended_by_id, ended_at, ended_reason) = 0 END),
  ADD CONSTRAINT disbursement_return_complete CHECK ((status = 'returned') = (return_entry_id IS NOT NULL));

ALTER TABLE disbursement_line
  ADD CONSTRAINT disbursement_line_description CHECK (length(description) BETWEEN 1 AND 300),
  ADD CONSTRAINT disbursement_line_position CHECK (position BETWEEN 1 AND 50);
ALTER TABLE evidence ADD CONSTRAINT evidence_caption CHECK (length(caption) BETWEEN 1 AND 300);

-- Which columns each legal step may write, beside status and version. NULL: there is no such step.
CREATE FUNCTION disbursement_step_columns(old_status disbursement_status, new_status disbursement_status) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE old_status || '>' || new_status
    WHEN 'requested>requested' THEN ARRAY['purpose', 'aid_group_id', 'amount_minor']
    WHEN 'requested>approved' THEN ARRAY['approved_by_id', 'approved_at', 'encumbrance_entry_id']
    WHEN 'requested>rejected' THEN ARRAY['ended_by_id', 'ended_at', 'ended_reason']
    WHEN 'requested>cancelled' THEN ARRAY['ended_by_id', 'ended_at', 'ended_reason']
    WHEN 'approved>requested' THEN ARRAY['approved_by_id', 'approved_at', 'encumbrance_entry_id', 'sending_by_id', 'sending_at']
    WHEN 'approved>approved' THEN ARRAY['sending_by_id', 'sending_at']
    WHEN 'approved>cancelled' THEN ARRAY['ended_by_id', 'ended_at', 'ended_reason']
    WHEN 'approved>released' THEN ARRAY['released_by_id', 'released_at', 'wire_reference', 'transfer_fee_minor', 'release_entry_id']
    WHEN 'released>confirmed' THEN ARRAY['confirmed_by_id', 'confirmed_at', 'confirm_entry_id']
    WHEN 'released>returned' THEN ARRAY['ended_by_id', 'ended_at', 'ended_reason', 'return_entry_id']
  END
$$;

CREATE FUNCTION disbursement_require_role(person uuid, chapter uuid, VARIADIC wanted role[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM chapter_role held JOIN "user" holder ON holder.id = held.user_id
    WHERE held.user_id = person AND held.chapter_id = chapter AND held.role = ANY (wanted)
      AND held.revoked_at IS NULL AND holder.disabled_at IS NULL) THEN
    RAISE EXCEPTION 'disbursement: this person does not hold the role % in the chapter', wanted USING ERRCODE = 'CP101';
  END IF;
END $$;

-- The lock makes a suspension wait for us or us for it: the group cannot change between this look and the commit.
CREATE FUNCTION disbursement_require_payable(payee uuid, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM aid_group WHERE id = payee FOR SHARE;
  IF aid_group_is_payable(payee, at) IS NOT TRUE THEN
    RAISE EXCEPTION 'disbursement: the aid group is not approved, or its approval has ended' USING ERRCODE = 'CP102';
  END IF;
END $$;

CREATE FUNCTION disbursement_require_group_of_campaign(source uuid, payee uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM campaign_aid_group link WHERE link.campaign_id = source AND link.aid_group_id = payee) THEN
    RAISE EXCEPTION 'disbursement: the aid group is not among the campaign''s' USING ERRCODE = 'CP102';
  END IF;
END $$;

CREATE FUNCTION disbursement_insert_rules() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE target record;
BEGIN
  IF NEW.status <> 'requested' OR NEW.version <> 1 THEN
    RAISE EXCEPTION 'disbursement: begins as requested, at version 1' USING ERRCODE = 'CP103';
  END IF;
  SELECT c.chapter_id, c.fund_id, c.currency, c.status, h.release_threshold_minor AS threshold INTO target
  FROM campaign c JOIN chapter h ON h.id = c.chapter_id WHERE c.id = NEW.campaign_id FOR SHARE OF c;
  IF target.status IS NULL OR target.status NOT IN ('live', 'paused', 'closed') THEN
    RAISE EXCEPTION 'disbursement: the campaign is not live, paused or closed' USING ERRCODE = 'CP103';
  END IF;
  IF NEW.fund_id IS DISTINCT FROM target.fund_id OR NEW.currency IS DISTINCT FROM target.currency
    OR NEW.release_threshold_minor IS DISTINCT FROM target.threshold THEN
    RAISE EXCEPTION 'disbursement: fund, currency and threshold are the campaign''s and its chapter''s' USING ERRCODE = 'CP103';
  END IF;
  PERFORM disbursement_require_group_of_campaign(NEW.campaign_id, NEW.aid_group_id);
  PERFORM disbursement_require_role(NEW.requested_by_id, target.chapter_id, 'organizer', 'treasurer');
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_insert_rules BEFORE INSERT ON disbursement FOR EACH ROW EXECUTE FUNCTION disbursement_insert_rules();

CREATE FUNCTION disbursement_update_rules() RETURNS trigger
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
    PERFORM disbursement_require_payable(NEW.aid_group_id, NEW.released_at);
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
CREATE TRIGGER disbursement_update_rules BEFORE UPDATE ON disbursement FOR EACH ROW EXECUTE FUNCTION disbursement_update_rules();

-- Lines belong to the version that was written with them: they change only in a transaction that wrote their
-- disbursement, and only while it is requested, so nobody approves lines that they did not see.
CREATE FUNCTION disbursement_line_rules() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE parent uuid;
BEGIN
  FOREACH parent IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.disbursement_id]
    WHEN 'DELETE' THEN ARRAY[OLD.disbursement_id] ELSE ARRAY[OLD.disbursement_id, NEW.disbursement_id] END LOOP
    IF NOT EXISTS (SELECT FROM disbursement d WHERE d.id = parent AND d.status = 'requested' AND d.xmin = pg_current_xact_id()::xid) THEN
      RAISE EXCEPTION 'disbursement: lines change only with a new version of a requested disbursement' USING ERRCODE = 'CP105';
    END IF;
  END LOOP;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER disbursement_line_rules BEFORE INSERT OR UPDATE OR DELETE ON disbursement_line FOR EACH ROW EXECUTE FUNCTION disbursement_line_rules();

CREATE FUNCTION evidence_rules() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM disbursement WHERE id = NEW.disbursement_id AND status IN ('released', 'confirmed')) THEN
    RAISE EXCEPTION 'evidence: shows what money that was sent did' USING ERRCODE = 'CP104';
  END IF;
  IF NEW.line_id IS NOT NULL AND NOT EXISTS (SELECT FROM disbursement_line WHERE id = NEW.line_id AND disbursement_id = NEW.disbursement_id) THEN
    RAISE EXCEPTION 'evidence: the line is of another disbursement' USING ERRCODE = 'CP104';
  END IF;
  IF NOT EXISTS (
    SELECT FROM stored_file f JOIN campaign c ON c.chapter_id = f.chapter_id JOIN disbursement d ON d.campaign_id = c.id
    WHERE f.id = NEW.file_id AND d.id = NEW.disbursement_id) THEN
    RAISE EXCEPTION 'evidence: the file is of another chapter' USING ERRCODE = 'CP104';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER evidence_rules BEFORE INSERT ON evidence FOR EACH ROW EXECUTE FUNCTION evidence_rules();

-- Nothing of money out is ever deleted; evidence is not edited either.
REVOKE DELETE, TRUNCATE ON disbursement, evidence FROM purse_app;
REVOKE UPDATE ON evidence FROM purse_app;
CREATE TRIGGER disbursement_kept BEFORE DELETE ON disbursement FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_kept BEFORE UPDATE OR DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disbursement_no_truncate BEFORE TRUNCATE ON disbursement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disbursement_line_no_truncate BEFORE TRUNCATE ON disbursement_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_no_truncate BEFORE TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DO $$
DECLARE gate record;
BEGIN
  FOR gate IN SELECT tgname, tgrelid::regclass AS held FROM pg_trigger
    WHERE NOT tgisinternal AND tgrelid IN ('disbursement'::regclass, 'disbursement_line'::regclass, 'evidence'::regclass) LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', gate.held, gate.tgname);
  END LOOP;
END $$;
