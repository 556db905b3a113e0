-- From here on the database says no by itself. An approval needs fourteen green gates, its own row with caps, and a person
-- who had no part in what came before it; every step names who makes it; and no money moves past a gate.

-- Whether the person had a part in what is to be approved: a step since the last approval, a finding that still counts, the
-- account in force (verifying one that an earlier approval took over is long past), an answer to a hit, a question, or
-- anything written into the dossier since then. The step that is being made in this very transaction is not yet the last.
CREATE OR REPLACE FUNCTION aid_group_worked_on_by(group_id uuid, person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH since AS (
    SELECT coalesce(max(a.at), '-infinity') AS at FROM aid_group_approval AS a
    WHERE a.aid_group_id = $1 AND a.xmin IS DISTINCT FROM pg_current_xact_id_if_assigned()::xid),
  last_step AS (
    SELECT coalesce(max(approval.at), '-infinity') AS at FROM aid_group_status_change AS approval
    WHERE approval.aid_group_id = $1 AND approval.to_status IN ('approved', 'approved_with_conditions')
      AND approval.xmin IS DISTINCT FROM pg_current_xact_id_if_assigned()::xid)
  SELECT EXISTS (
      SELECT FROM aid_group_status_change AS step
      WHERE step.aid_group_id = $1 AND step.actor_id = $2::text AND step.to_status IN ('submitted', 'in_review', 'pending_second_approval')
        AND step.from_status <> 'pending_second_approval' AND step.at > (SELECT last_step.at FROM last_step))
    OR EXISTS (SELECT FROM unnest(enum_range(NULL::approval_gate)) AS g (gate) WHERE (aid_group_finding($1, g.gate)).found_by_id = $2)
    OR EXISTS (SELECT FROM dossier_bank_account AS b WHERE b.aid_group_id = $1 AND b.replaced_at IS NULL AND (b.entered_by = $2::text
      OR b.verified_by_id = $2 AND NOT EXISTS (SELECT FROM aid_group_approval AS a, since WHERE a.bank_account_id = b.id AND a.at <= since.at)))
    OR EXISTS (SELECT FROM hit_disposition AS d, since WHERE d.aid_group_id = $1 AND d.decided_by_id = $2 AND d.decided_at > since.at)
    OR EXISTS (SELECT FROM information_request AS r, since WHERE r.aid_group_id = $1
      AND (r.asked_by_id = $2 AND r.asked_at > since.at OR r.answered_by = $2::text AND r.answered_at > since.at))
    OR EXISTS (SELECT FROM dossier_section AS s, since WHERE s.aid_group_id = $1 AND s.saved_by = $2::text AND s.saved_at > since.at)
    OR EXISTS (SELECT FROM dossier_person AS p, since WHERE p.aid_group_id = $1 AND p.added_by = $2::text AND p.added_at > since.at)
    OR EXISTS (SELECT FROM dossier_reference AS r, since WHERE r.aid_group_id = $1 AND r.added_by = $2::text AND r.added_at > since.at)
    OR EXISTS (SELECT FROM dossier_document AS d, since WHERE d.aid_group_id = $1 AND d.added_by = $2::text AND d.added_at > since.at)
$$;

-- Whoever writes what a gate looks at waits for an approval or a payment that is looking at it, and the other way round.
CREATE FUNCTION dossier_holds_group() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM aid_group WHERE id = NEW.aid_group_id FOR NO KEY UPDATE;
  RETURN NEW;
END $$;
DO $$
DECLARE written text;
BEGIN
  FOREACH written IN ARRAY ARRAY['dossier_section', 'dossier_person', 'dossier_bank_account', 'dossier_reference', 'dossier_document',
    'gate_finding', 'screening', 'screening_hit', 'hit_disposition'] LOOP
    -- The name makes it the first of the table's triggers.
    EXECUTE format('CREATE TRIGGER a_holds_group BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION dossier_holds_group()', written);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER a_holds_group', written);
  END LOOP;
END $$;

-- A user's id where an actor is one; programs and applicants are none.
CREATE FUNCTION person_of_actor(actor text) RETURNS uuid LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN $1 ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN $1::uuid END
$$;

-- The applicant speaks for its own aid group, the people of the chapter for theirs.
CREATE FUNCTION speaks_for_group(actor text, "group" uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM vetting_application AS a WHERE a.aid_group_id = $2 AND $1 = 'applicant:' || a.id)
    OR EXISTS (SELECT FROM aid_group AS g WHERE g.id = $2 AND holds_role(person_of_actor($1), g.chapter_id, 'organizer', 'vetting_reviewer'))
$$;

CREATE FUNCTION aid_group_nomination() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.nominated_by_id IS NOT NULL AND NOT holds_role(NEW.nominated_by_id, NEW.chapter_id, 'organizer', 'vetting_reviewer') THEN
    RAISE EXCEPTION 'aid group: an organizer or a vetting reviewer of the chapter nominates' USING ERRCODE = 'CP310';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_group_nomination BEFORE INSERT ON aid_group FOR EACH ROW EXECUTE FUNCTION aid_group_nomination();

-- Who may make a step; the table WHO and the rules of persons in lib/vetting/policy.ts.
CREATE FUNCTION aid_group_step_refusal(held aid_group, from_status aid_group_status, to_status aid_group_status, actor text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  person uuid := person_of_actor(actor);
  wanted role[] := CASE
    WHEN to_status IN ('submitted', 'withdrawn') OR (from_status, to_status) = ('info_requested', 'in_review') THEN ARRAY['organizer', 'vetting_reviewer']
    WHEN to_status IN ('suspended', 'expired') THEN ARRAY['vetting_reviewer', 'treasurer']
    WHEN to_status IN ('expiring') THEN ARRAY[]::text[]
    ELSE ARRAY['vetting_reviewer'] END::role[];
BEGIN
  IF actor LIKE 'system:%' THEN
    RETURN CASE WHEN to_status NOT IN ('screening', 'rescreen_hit', 'suspended', 'expiring', 'expired') THEN 'a program only stops' END;
  END IF;
  IF person IS NULL THEN
    RETURN CASE WHEN to_status NOT IN ('submitted', 'withdrawn') AND (from_status, to_status) IS DISTINCT FROM ('info_requested', 'in_review')
        OR actor <> 'guest' AND NOT speaks_for_group(actor, held.id) OR actor = 'guest' AND to_status <> 'submitted'
      THEN 'this takes a person of the chapter' END;
  END IF;
  IF to_status = 'rescreen_hit' AND EXISTS (SELECT FROM "user" WHERE id = person AND is_admin AND disabled_at IS NULL) THEN RETURN NULL; END IF;
  IF NOT holds_role(person, held.chapter_id, VARIADIC wanted) THEN
    RETURN 'this person does not hold a role for it in the chapter';
  END IF;
  IF person = held.nominated_by_id AND to_status IN ('in_review', 'pending_second_approval', 'approved', 'approved_with_conditions')
    AND from_status <> 'info_requested' THEN
    RETURN 'whoever nominated it neither reviews nor approves it';
  END IF;
  IF to_status IN ('approved', 'approved_with_conditions') AND aid_group_worked_on_by(held.id, person) THEN
    RETURN 'the approval needs a person who neither nominated nor reviewed it, nor entered or verified its account';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION aid_group_status_change_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE held aid_group%ROWTYPE; refusal text;
BEGIN
  SELECT * INTO held FROM aid_group WHERE id = NEW.aid_group_id FOR NO KEY UPDATE;
  -- A nomination writes its history after the row; every other step before it.
  IF NOT aid_group_step_is_legal(NEW.from_status, NEW.to_status)
     OR NEW.from_status <> held.status AND (NEW.from_status, NEW.to_status, held.status) <> ('draft', 'submitted', 'submitted') THEN
    RAISE EXCEPTION 'aid group: % -> % does not follow from where it stands', NEW.from_status, NEW.to_status USING ERRCODE = 'CP303';
  END IF;
  IF NEW.at < (SELECT max(earlier.at) FROM aid_group_status_change AS earlier WHERE earlier.aid_group_id = NEW.aid_group_id) OR is_ahead(NEW.at) THEN
    RAISE EXCEPTION 'aid group: history is written in its order' USING ERRCODE = 'CP311';
  END IF;
  refusal := aid_group_step_refusal(held, NEW.from_status, NEW.to_status, NEW.actor_id);
  IF refusal IS NOT NULL THEN
    RAISE EXCEPTION 'aid group: % -> %: %', NEW.from_status, NEW.to_status, refusal USING ERRCODE = 'CP304';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_group_status_change_guard BEFORE INSERT ON aid_group_status_change FOR EACH ROW EXECUTE FUNCTION aid_group_status_change_guard();

-- History tells what happened: at the end of its transaction the row it speaks of was written with it.
CREATE FUNCTION aid_group_status_change_happened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM aid_group AS g WHERE g.id = NEW.aid_group_id AND g.xmin = pg_current_xact_id()::xid AND (g.status = NEW.to_status
      OR EXISTS (SELECT FROM aid_group_status_change AS later WHERE later.aid_group_id = g.id AND later.from_status = NEW.to_status
        AND later.xmin = pg_current_xact_id()::xid))) THEN
    RAISE EXCEPTION 'aid group: a step is written down together with the step' USING ERRCODE = 'CP311';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER aid_group_status_change_happened AFTER INSERT ON aid_group_status_change DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION aid_group_status_change_happened();

-- A step has its line of history; an approval has green gates and its own row. The name puts it after aid_group_guard_dates.
CREATE FUNCTION aid_group_guard_gates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE shut record;
BEGIN
  IF NOT EXISTS (SELECT FROM aid_group_status_change AS step WHERE step.aid_group_id = NEW.id AND step.from_status = OLD.status
      AND step.to_status = NEW.status AND step.xmin = pg_current_xact_id()::xid
      AND (NEW.status NOT IN ('approved', 'approved_with_conditions') OR step.actor_id = NEW.approved_by_id::text)) THEN
    RAISE EXCEPTION 'aid group: no step without its line of history, which names who made it' USING ERRCODE = 'CP311';
  END IF;
  IF NEW.status NOT IN ('approved', 'approved_with_conditions') THEN RETURN NEW; END IF;
  IF NOT holds_role(NEW.approved_by_id, NEW.chapter_id, 'vetting_reviewer') THEN
    RAISE EXCEPTION 'aid group: a vetting reviewer of the chapter approves' USING ERRCODE = 'CP304';
  END IF;
  SELECT * INTO shut FROM aid_group_approval_gaps(NEW.id, NEW.approved_at) AS gap WHERE gap.state <> 'green' LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'aid group: the gate % is %: %', shut.gate, shut.state, shut.missing USING ERRCODE = 'CP309', DETAIL = shut.gate::text;
  END IF;
  IF NEW.risk_tier IS NULL OR NEW.risk_tier < ((aid_group_finding(NEW.id, 'risk_tier')).detail ->> 'riskTier')::aid_group_risk_tier THEN
    RAISE EXCEPTION 'aid group: the risk is not lower than the reviewer found' USING ERRCODE = 'CP309', DETAIL = 'risk_tier';
  END IF;
  IF NOT EXISTS (SELECT FROM aid_group_approval AS a JOIN aid_group_cap AS cap ON cap.approval_id = a.id
      WHERE a.aid_group_id = NEW.id AND a.xmin = pg_current_xact_id()::xid AND a.at = NEW.approved_at AND a.until = NEW.approved_until
        AND a.risk_tier = NEW.risk_tier AND a.conditions IS NOT DISTINCT FROM NEW.conditions AND a.reviewed_by_id = NEW.reviewed_by_id
        AND a.approved_by_id = NEW.approved_by_id) THEN
    RAISE EXCEPTION 'aid group: an approval has a row of its own, of the same people and dates, with its caps' USING ERRCODE = 'CP312';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_group_guard_gates BEFORE UPDATE ON aid_group FOR EACH ROW
  WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION aid_group_guard_gates();

-- The row says what was approved: the account, the dossier and the screening as they are at this moment.
CREATE FUNCTION aid_group_approval_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM aid_group WHERE id = NEW.aid_group_id AND status = 'pending_second_approval' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'approval: the aid group does not wait for one' USING ERRCODE = 'CP312';
  END IF;
  IF NOT EXISTS (SELECT FROM dossier_bank_account AS b WHERE b.id = NEW.bank_account_id AND b.aid_group_id = NEW.aid_group_id
      AND b.replaced_at IS NULL AND b.verified_by_id IS NOT NULL AND b.fingerprint = NEW.bank_fingerprint)
    OR NEW.dossier_digest IS DISTINCT FROM aid_group_dossier_digest(NEW.aid_group_id)
    OR NEW.section_versions IS DISTINCT FROM aid_group_section_versions(NEW.aid_group_id)
    OR NEW.screening_id IS DISTINCT FROM (SELECT s.id FROM screening AS s WHERE s.aid_group_id = NEW.aid_group_id ORDER BY s.at DESC, s.id DESC LIMIT 1) THEN
    RAISE EXCEPTION 'approval: account, dossier and screening are those of this moment' USING ERRCODE = 'CP312';
  END IF;
  IF length(NEW.reason) < 3 OR NEW.until <= NEW.at THEN
    RAISE EXCEPTION 'approval: has a reason and an end' USING ERRCODE = 'CP312';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_group_approval_guard BEFORE INSERT ON aid_group_approval FOR EACH ROW EXECUTE FUNCTION aid_group_approval_guard();

CREATE FUNCTION aid_group_approval_took_place() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- The step itself asked for equal people and dates; the group may have been stopped again in the same transaction.
  IF NOT EXISTS (SELECT FROM aid_group_status_change AS step WHERE step.aid_group_id = NEW.aid_group_id AND step.xmin = pg_current_xact_id()::xid
      AND step.to_status IN ('approved', 'approved_with_conditions') AND step.actor_id = NEW.approved_by_id::text) THEN
    RAISE EXCEPTION 'approval: written only with the step that approves' USING ERRCODE = 'CP312';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER aid_group_approval_took_place AFTER INSERT ON aid_group_approval DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION aid_group_approval_took_place();

-- Caps come with their approval, never later, and are no higher than the risk allows.
CREATE FUNCTION aid_group_cap_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE tier aid_group_risk_tier := (SELECT a.risk_tier FROM aid_group_approval AS a WHERE a.id = NEW.approval_id AND a.xmin = pg_current_xact_id()::xid);
BEGIN
  IF tier IS NULL OR NEW.cap_minor > coalesce(risk_tier_cap_minor_max(tier, NEW.currency), 0) THEN
    RAISE EXCEPTION 'cap: comes with its approval and is no higher than the risk allows' USING ERRCODE = 'CP313';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_group_cap_guard BEFORE INSERT ON aid_group_cap FOR EACH ROW EXECUTE FUNCTION aid_group_cap_guard();

-- A finding is a vetting reviewer's word about what the dossier says now; never the nominator's.
CREATE FUNCTION gate_finding_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE held aid_group%ROWTYPE;
BEGIN
  SELECT * INTO held FROM aid_group WHERE id = NEW.aid_group_id;
  IF NOT holds_role(NEW.found_by_id, held.chapter_id, 'vetting_reviewer') OR NEW.found_by_id = held.nominated_by_id THEN
    RAISE EXCEPTION 'finding: a vetting reviewer of the chapter who did not nominate the aid group records it' USING ERRCODE = 'CP314';
  END IF;
  IF NEW.gate = 'bank_account' AND EXISTS (SELECT FROM dossier_bank_account AS b WHERE b.aid_group_id = held.id AND b.replaced_at IS NULL
      AND b.entered_by = NEW.found_by_id::text) THEN
    RAISE EXCEPTION 'finding: whoever entered the bank account does not judge it' USING ERRCODE = 'CP314';
  END IF;
  IF held.status NOT IN ('in_review', 'info_requested', 'pending_second_approval', 'suspended', 'rescreen_hit') THEN
    RAISE EXCEPTION 'finding: the aid group is not under review' USING ERRCODE = 'CP315';
  END IF;
  IF NEW.basis IS DISTINCT FROM aid_group_gate_basis(NEW.aid_group_id, NEW.gate) THEN
    RAISE EXCEPTION 'finding: is about the dossier as it stands' USING ERRCODE = 'CP315';
  END IF;
  IF is_ahead(NEW.found_at) OR NEW.found_at < (SELECT max(f.found_at) FROM gate_finding AS f WHERE f.aid_group_id = NEW.aid_group_id AND f.gate = NEW.gate) THEN
    RAISE EXCEPTION 'finding: the newest is the last' USING ERRCODE = 'CP315';
  END IF;
  IF NEW.gate = 'risk_tier' AND NEW.verdict = 'met' AND coalesce(NEW.detail ->> 'riskTier', '') NOT IN ('low', 'medium', 'high') THEN
    RAISE EXCEPTION 'finding: says which risk' USING ERRCODE = 'CP315';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER gate_finding_guard BEFORE INSERT ON gate_finding FOR EACH ROW EXECUTE FUNCTION gate_finding_guard();

-- Bank details come from the aid group or the people who nominate and review; a second person verifies them.
CREATE FUNCTION dossier_bank_account_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE held aid_group%ROWTYPE;
BEGIN
  SELECT * INTO held FROM aid_group WHERE id = NEW.aid_group_id;
  IF TG_OP = 'INSERT' THEN
    IF NOT speaks_for_group(NEW.entered_by, held.id) THEN
      RAISE EXCEPTION 'bank account: the aid group, an organizer or a vetting reviewer of the chapter enters it' USING ERRCODE = 'CP316';
    END IF;
    IF num_nonnulls(NEW.verified_by_id, NEW.replaced_by) > 0 OR is_ahead(NEW.entered_at) THEN
      RAISE EXCEPTION 'bank account: begins unverified' USING ERRCODE = 'CP316';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.replaced_by IS NULL AND NEW.replaced_by IS NOT NULL AND NOT speaks_for_group(NEW.replaced_by, held.id) THEN
    RAISE EXCEPTION 'bank account: the aid group, an organizer or a vetting reviewer of the chapter replaces it' USING ERRCODE = 'CP316';
  END IF;
  IF OLD.verified_by_id IS NULL AND NEW.verified_by_id IS NOT NULL AND (NEW.replaced_at IS NOT NULL OR is_ahead(NEW.verified_at)
      OR NEW.verified_at < NEW.entered_at OR length(NEW.verification_note) < 3
      OR NEW.verified_by_id IS NOT DISTINCT FROM held.nominated_by_id
      OR NOT holds_role(NEW.verified_by_id, held.chapter_id, 'vetting_reviewer', 'treasurer')) THEN
    RAISE EXCEPTION 'bank account: a second person, vetting reviewer or treasurer of the chapter and not the nominator, verifies it' USING ERRCODE = 'CP317';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dossier_bank_account_guard BEFORE INSERT OR UPDATE ON dossier_bank_account FOR EACH ROW EXECUTE FUNCTION dossier_bank_account_guard();

-- Only a vetting reviewer of the chapter answers a hit, and not as if tomorrow.
CREATE FUNCTION hit_disposition_reviewer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF is_ahead(NEW.decided_at) OR NOT holds_role(NEW.decided_by_id, (SELECT g.chapter_id FROM aid_group AS g WHERE g.id = NEW.aid_group_id), 'vetting_reviewer') THEN
    RAISE EXCEPTION 'hit disposition: a vetting reviewer of the chapter answers, now' USING ERRCODE = 'CP318';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hit_disposition_reviewer BEFORE INSERT ON hit_disposition FOR EACH ROW EXECUTE FUNCTION hit_disposition_reviewer();

-- Every gate at every step of money out. The name puts it before disbursement_update_rules, so that the refusal names its gate.
CREATE FUNCTION disbursement_payment_gates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
  IF shut IS NOT NULL THEN
    RAISE EXCEPTION 'disbursement: the gate % is shut', shut USING ERRCODE = 'CP102', DETAIL = shut;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_payment_gates BEFORE INSERT OR UPDATE ON disbursement FOR EACH ROW EXECUTE FUNCTION disbursement_payment_gates();

-- The lines come after the row, so the kinds of aid that the aid group was approved for are asked with each of them.
CREATE FUNCTION disbursement_line_restriction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM disbursement AS d WHERE d.id = NEW.disbursement_id AND NEW.category::text = ANY (aid_group_approved_categories(d.aid_group_id))) THEN
    RAISE EXCEPTION 'disbursement: the aid group is not approved for %', NEW.category USING ERRCODE = 'CP102', DETAIL = 'restriction';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_line_restriction BEFORE INSERT OR UPDATE ON disbursement_line FOR EACH ROW EXECUTE FUNCTION disbursement_line_restriction();

DO $$
DECLARE gate record;
BEGIN
  FOR gate IN SELECT tgname, tgrelid::regclass AS held FROM pg_trigger WHERE NOT tgisinternal AND tgname IN (
    'aid_group_nomination', 'aid_group_status_change_guard', 'aid_group_status_change_happened', 'aid_group_guard_gates',
    'aid_group_approval_guard', 'aid_group_approval_took_place', 'aid_group_cap_guard', 'gate_finding_guard', 'dossier_bank_account_guard', 'hit_disposition_reviewer',
    'disbursement_payment_gates', 'disbursement_line_restriction') LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', gate.held, gate.tgname);
  END LOOP;
END $$;
