-- That an aid group's part in a campaign has ended is a gate like the others: asked at each step, named, shown and counted. As a trigger
-- of its own it stopped also the record of a wire that had left before, and said so in no words.
ALTER TABLE gate_refusal DROP CONSTRAINT gate_refusal_gate;
ALTER TABLE gate_refusal ADD CONSTRAINT gate_refusal_gate CHECK (gate IN ('approved', 'part_ended', 'expired', 'screening_age', 'screening_list',
  'screening_hit', 'cap', 'funds', 'restriction', 'agreement', 'evidence_overdue', 'separation', 'bank_account', 'bank_cooling_off', 'region',
  'end_use', 'prohibited_purpose', 'dual_use_review'));
CREATE OR REPLACE FUNCTION aid_group_payment_gates("group" uuid, campaign uuid, amount bigint, currency text, disbursement uuid, at timestamptz)
RETURNS TABLE (gate text, is_shut boolean, fact text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held aid_group%ROWTYPE; approval aid_group_approval; account dossier_bank_account%ROWTYPE; screened text; overdue integer;
  cap_left bigint := aid_group_cap_left($1, $4, $5);
BEGIN
  SELECT * INTO held FROM aid_group AS g WHERE g.id = $1;
  approval := aid_group_approval_now($1);
  SELECT * INTO account FROM dossier_bank_account AS b WHERE b.aid_group_id = $1 AND b.replaced_at IS NULL;
  screened := aid_group_screening_gap($1, $6);
  fact := NULL;
  gate := 'approved';
  is_shut := approval.id IS NULL OR held.status NOT IN ('approved', 'approved_with_conditions', 'expiring', 'expired'); RETURN NEXT;
  -- An aid group that failed in a campaign gets nothing more from it, also when it is approved anew later: its givers were told so.
  gate := 'part_ended'; is_shut := EXISTS (SELECT FROM campaign_hold AS h WHERE h.campaign_id = $2 AND h.aid_group_id = $1
    AND h.status IN ('choosing', 'closed')); RETURN NEXT;
  gate := 'expired'; is_shut := held.status = 'expired' OR coalesce(held.approved_until <= $6 OR approval.until <= $6, false); RETURN NEXT;
  gate := 'bank_account'; is_shut := account.verified_by_id IS NULL OR account.fingerprint IS DISTINCT FROM approval.bank_fingerprint; RETURN NEXT;
  gate := 'bank_cooling_off'; is_shut := coalesce(account.entered_at > $6 - interval '24 hours', false);
  fact := CASE WHEN is_shut THEN to_char((account.entered_at + interval '24 hours') AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') END; RETURN NEXT;
  fact := NULL;
  gate := 'screening_list'; is_shut := coalesce(screened = 'screening_list', false); RETURN NEXT;
  gate := 'screening_age'; is_shut := coalesce(screened = 'screening_age', false); RETURN NEXT;
  gate := 'screening_hit'; is_shut := coalesce(screened = 'screening_hit', false); RETURN NEXT;
  gate := 'region'; is_shut := aid_group_embargoed_areas($1) IS NOT NULL AND NOT aid_group_has_licence($1); RETURN NEXT;
  gate := 'end_use'; is_shut := coalesce(btrim(dossier_section_approved($1, 'end_use') ->> 'signedName'), '') = ''; RETURN NEXT;
  gate := 'agreement'; is_shut := coalesce(btrim(dossier_section_approved($1, 'agreement') ->> 'signedName'), '') = ''; RETURN NEXT;
  gate := 'restriction';
  fact := (SELECT string_agg(DISTINCT l.category::text, ', ') FROM disbursement_line AS l
    WHERE l.disbursement_id = $5 AND NOT l.category::text = ANY (aid_group_approved_categories($1)));
  is_shut := fact IS NOT NULL OR NOT EXISTS (SELECT FROM campaign_aid_group AS link WHERE link.campaign_id = $2 AND link.aid_group_id = $1);
  RETURN NEXT;
  gate := 'evidence_overdue';
  SELECT min(d.number) INTO overdue FROM disbursement AS d JOIN campaign AS c ON c.id = d.campaign_id JOIN chapter AS h ON h.id = c.chapter_id
  WHERE d.aid_group_id = $1 AND d.status = 'released' AND d.id IS DISTINCT FROM $5 AND d.released_at < $6 - make_interval(days => h.evidence_due_days);
  is_shut := overdue IS NOT NULL; fact := overdue::text; RETURN NEXT;
  gate := 'cap'; is_shut := cap_left IS NULL OR cap_left < $3; fact := greatest(cap_left, 0)::text; RETURN NEXT;
END $$;
DROP TRIGGER disbursement_hold_gate ON disbursement;
DROP TRIGGER disbursement_hold_step ON disbursement;
DROP FUNCTION disbursement_hold_gate();

-- A wire that left before a gate shut is written down by two people, however late: books that refuse it would give its promise to somebody
-- else, and the money would leave twice. Whoever began it is one; another treasurer, who looked at the bank's statement, is the other.
CREATE OR REPLACE FUNCTION disbursement_payment_gates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  shut text; decider uuid;
  step text := CASE WHEN TG_OP = 'INSERT' THEN 'request' WHEN NEW.status = 'requested' AND OLD.status = 'requested' THEN 'edit'
    WHEN NEW.status = 'approved' AND OLD.status = 'requested' THEN 'approve' WHEN NEW.status = 'approved' AND OLD.status = 'approved'
      AND (NEW.sending_at, NEW.sending_by_id) IS DISTINCT FROM (OLD.sending_at, OLD.sending_by_id) THEN 'start'
    WHEN NEW.status = 'released' AND OLD.status = 'approved' THEN 'release' END;
BEGIN
  IF step IS NULL THEN RETURN NEW; END IF;
  PERFORM aid_group_lock_for_payment(NEW.aid_group_id);
  decider := CASE step WHEN 'approve' THEN NEW.approved_by_id WHEN 'start' THEN NEW.sending_by_id WHEN 'release' THEN NEW.released_by_id END;
  IF decider IN (SELECT aid_group_account_people(NEW.aid_group_id)) THEN
    RAISE EXCEPTION 'disbursement: the gate separation is shut' USING ERRCODE = 'CP102', DETAIL = 'separation';
  END IF;
  shut := aid_group_payment_gap(NEW.aid_group_id, NEW.campaign_id, NEW.amount_minor, NEW.currency,
    -- A new version's lines are not there yet; each of them is asked when it comes.
    CASE WHEN step IN ('request', 'edit') THEN NULL ELSE NEW.id END,
    CASE step WHEN 'request' THEN NEW.requested_at WHEN 'edit' THEN clock_timestamp() WHEN 'approve' THEN NEW.approved_at
      WHEN 'start' THEN coalesce(NEW.sending_at, clock_timestamp()) ELSE NEW.released_at END);
  IF step = 'release' AND NEW.sent_despite IS NOT NULL THEN
    IF NEW.released_by_id = OLD.sending_by_id OR NEW.sent_despite_reason IS NULL THEN
      RAISE EXCEPTION 'disbursement: the gate separation is shut' USING ERRCODE = 'CP102', DETAIL = 'separation';
    END IF;
    IF shut IS DISTINCT FROM NEW.sent_despite OR OLD.sending_at IS NULL THEN
      RAISE EXCEPTION 'disbursement: the gate % is shut', coalesce(shut, NEW.sent_despite) USING ERRCODE = 'CP102', DETAIL = coalesce(shut, NEW.sent_despite);
    END IF;
    RETURN NEW;
  END IF;
  IF shut IS NOT NULL THEN
    RAISE EXCEPTION 'disbursement: the gate % is shut', shut USING ERRCODE = 'CP102', DETAIL = shut;
  END IF;
  RETURN NEW;
END $$;
ALTER TABLE disbursement ADD COLUMN "sent_despite_reason" TEXT;
ALTER TABLE disbursement ADD CONSTRAINT disbursement_sent_despite_reason
  CHECK (sent_despite_reason IS NULL OR sent_despite IS NOT NULL AND length(sent_despite_reason) BETWEEN 3 AND 1000);
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
    WHEN 'approved>released' THEN ARRAY['sent_despite', 'sent_despite_reason', 'released_by_id', 'released_at', 'wire_reference', 'transfer_fee_minor', 'release_entry_id']
    WHEN 'released>confirmed' THEN ARRAY['confirmed_by_id', 'confirmed_at', 'confirm_entry_id']
    WHEN 'released>returned' THEN ARRAY['ended_by_id', 'ended_at', 'ended_reason', 'return_entry_id']
  END
$$;

-- The list of words acts at once: what came onto it after the approval stops the wire, unless that is under way.
CREATE OR REPLACE FUNCTION disbursement_purpose_gate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE finding record;
BEGIN
  FOR finding IN SELECT * FROM purpose_findings_of(NEW.id) ORDER BY kind DESC LOOP
    IF finding.kind = 'prohibited' THEN
      RAISE EXCEPTION 'purpose: "%" is never paid for (%)', finding.found, finding.category USING ERRCODE = 'CP110', DETAIL = 'prohibited_purpose';
    END IF;
    IF NOT EXISTS (
      SELECT FROM purpose_review r WHERE r.disbursement_id = NEW.id AND r.verdict = 'allowed'
        -- The steps of an approved payment count its version on; what was reviewed is what was approved, since an edit takes the approval back.
        AND (r.version = OLD.version OR OLD.status = 'approved'
          AND r.version = (SELECT max(last.version) FROM purpose_review last WHERE last.disbursement_id = NEW.id))
        AND r.decided_by_id <> NEW.requested_by_id AND finding.word_id = ANY (r.word_ids)) THEN
      RAISE EXCEPTION 'purpose: "%" can also serve a war (%); another person looks at it first', finding.found, finding.category
        USING ERRCODE = 'CP111', DETAIL = 'dual_use_review';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
DROP TRIGGER disbursement_purpose_gate ON disbursement;
CREATE TRIGGER disbursement_purpose_gate BEFORE UPDATE ON disbursement FOR EACH ROW
  WHEN (OLD.status = 'requested' AND NEW.status = 'approved' OR OLD.status = 'approved' AND OLD.sending_at IS NULL
    AND (NEW.status = 'released' OR NEW.sending_at IS NOT NULL)) EXECUTE FUNCTION disbursement_purpose_gate();
