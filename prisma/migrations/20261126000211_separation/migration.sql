-- Work on a dossier counts until the next approval, also where somebody else has written over it.

-- As before, and every finding, account and removal since the last approval, not the newest ones alone.
CREATE OR REPLACE FUNCTION aid_group_worked_on_by(group_id uuid, person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH since AS (
    SELECT coalesce(max(a.at), '-infinity') AS at FROM aid_group_approval AS a
    WHERE a.aid_group_id = $1 AND a.xmin IS DISTINCT FROM pg_current_xact_id_if_assigned()::xid),
  last_step AS (
    SELECT coalesce(max(approval.at), '-infinity') AS at FROM aid_group_status_change AS approval
    WHERE approval.aid_group_id = $1 AND approval.to_status IN ('approved', 'approved_with_conditions')
      AND approval.xmin IS DISTINCT FROM pg_current_xact_id_if_assigned()::xid),
  names AS (
    SELECT $2::text AS id
    UNION ALL SELECT 'applicant:' || a.id FROM vetting_application AS a WHERE a.aid_group_id = $1 AND wrote_as('applicant:' || a.id, $2))
  SELECT EXISTS (
      SELECT FROM aid_group_status_change AS step
      WHERE step.aid_group_id = $1 AND step.actor_id IN (SELECT names.id FROM names) AND step.to_status IN ('submitted', 'in_review', 'pending_second_approval')
        AND step.from_status <> 'pending_second_approval' AND step.at > (SELECT last_step.at FROM last_step))
    OR EXISTS (SELECT FROM gate_finding AS f, since WHERE f.aid_group_id = $1 AND f.found_by_id = $2 AND f.found_at > since.at)
    OR EXISTS (SELECT FROM unnest(enum_range(NULL::approval_gate)) AS g (gate) WHERE (aid_group_finding($1, g.gate)).found_by_id = $2)
    OR EXISTS (SELECT FROM dossier_bank_account AS b WHERE b.aid_group_id = $1 AND b.replaced_at IS NULL AND (b.entered_by IN (SELECT names.id FROM names)
      OR b.verified_by_id = $2 AND NOT EXISTS (SELECT FROM aid_group_approval AS a, since WHERE a.bank_account_id = b.id AND a.at <= since.at)))
    OR EXISTS (SELECT FROM dossier_bank_account AS b, since WHERE b.aid_group_id = $1 AND (b.entered_by IN (SELECT names.id FROM names) AND b.entered_at > since.at
      OR b.verified_by_id = $2 AND b.verified_at > since.at OR b.replaced_by IN (SELECT names.id FROM names) AND b.replaced_at > since.at))
    OR EXISTS (SELECT FROM hit_disposition AS d, since WHERE d.aid_group_id = $1 AND d.decided_by_id = $2 AND d.decided_at > since.at)
    OR EXISTS (SELECT FROM information_request AS r, since WHERE r.aid_group_id = $1
      AND (r.asked_by_id = $2 AND r.asked_at > since.at OR r.answered_by IN (SELECT names.id FROM names) AND r.answered_at > since.at))
    OR EXISTS (SELECT FROM dossier_section AS s, since WHERE s.aid_group_id = $1 AND s.saved_by IN (SELECT names.id FROM names) AND s.saved_at > since.at)
    OR EXISTS (SELECT FROM dossier_person AS p, since WHERE p.aid_group_id = $1 AND (p.added_by IN (SELECT names.id FROM names) AND p.added_at > since.at
      OR p.removed_by IN (SELECT names.id FROM names) AND p.removed_at > since.at))
    OR EXISTS (SELECT FROM dossier_reference AS r, since WHERE r.aid_group_id = $1 AND (r.added_by IN (SELECT names.id FROM names) AND r.added_at > since.at
      OR r.removed_by IN (SELECT names.id FROM names) AND r.removed_at > since.at))
    OR EXISTS (SELECT FROM dossier_document AS d, since WHERE d.aid_group_id = $1 AND (d.added_by IN (SELECT names.id FROM names) AND d.added_at > since.at
      OR d.removed_by IN (SELECT names.id FROM names) AND d.removed_at > since.at))
$$;

-- A finding is of the review that it is found in.
CREATE OR REPLACE FUNCTION gate_finding_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
  IF is_ahead(NEW.found_at) OR NEW.found_at < (SELECT max(f.found_at) FROM gate_finding AS f WHERE f.aid_group_id = NEW.aid_group_id AND f.gate = NEW.gate)
     OR NEW.found_at < (SELECT max(a.at) FROM aid_group_approval AS a WHERE a.aid_group_id = NEW.aid_group_id) THEN
    RAISE EXCEPTION 'finding: the newest is the last' USING ERRCODE = 'CP315';
  END IF;
  IF NEW.gate = 'risk_tier' AND NEW.verdict = 'met' AND coalesce(NEW.detail ->> 'riskTier', '') NOT IN ('low', 'medium', 'high') THEN
    RAISE EXCEPTION 'finding: says which risk' USING ERRCODE = 'CP315';
  END IF;
  RETURN NEW;
END $$;

-- Whoever asked for the approval is the one whom the approval names beside the approver.
CREATE OR REPLACE FUNCTION aid_group_approval_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM aid_group WHERE id = NEW.aid_group_id AND status = 'pending_second_approval' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'approval: the aid group does not wait for one' USING ERRCODE = 'CP312';
  END IF;
  IF NEW.reviewed_by_id::text IS DISTINCT FROM (SELECT step.actor_id FROM aid_group_status_change AS step WHERE step.aid_group_id = NEW.aid_group_id
      AND step.to_status = 'pending_second_approval' ORDER BY step.at DESC, step.id DESC LIMIT 1) THEN
    RAISE EXCEPTION 'approval: names the person who asked for it' USING ERRCODE = 'CP312';
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
