-- Another bank account takes the approval back: the step into review is part of the change, or there is no change.

-- The same table as lib/vetting/states.ts; a test compares every pair.
CREATE OR REPLACE FUNCTION aid_group_step_is_legal(from_status aid_group_status, to_status aid_group_status) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT (from_status::text, to_status::text) IN (
    ('draft', 'submitted'), ('draft', 'withdrawn'),
    ('submitted', 'screening'), ('submitted', 'in_review'), ('submitted', 'rejected'), ('submitted', 'withdrawn'),
    ('screening', 'in_review'), ('screening', 'rejected'), ('screening', 'withdrawn'),
    ('in_review', 'info_requested'), ('in_review', 'pending_second_approval'), ('in_review', 'rejected'), ('in_review', 'withdrawn'),
    ('info_requested', 'in_review'), ('info_requested', 'rejected'), ('info_requested', 'withdrawn'),
    ('pending_second_approval', 'approved'), ('pending_second_approval', 'approved_with_conditions'),
    ('pending_second_approval', 'in_review'), ('pending_second_approval', 'rejected'), ('pending_second_approval', 'withdrawn'),
    ('approved', 'expiring'), ('approved', 'expired'), ('approved', 'suspended'), ('approved', 'rescreen_hit'), ('approved', 'withdrawn'),
    ('approved', 'in_review'), ('approved_with_conditions', 'in_review'),
    ('approved_with_conditions', 'expiring'), ('approved_with_conditions', 'expired'), ('approved_with_conditions', 'suspended'),
    ('approved_with_conditions', 'rescreen_hit'), ('approved_with_conditions', 'withdrawn'),
    ('expiring', 'expired'), ('expiring', 'suspended'), ('expiring', 'rescreen_hit'), ('expiring', 'in_review'), ('expiring', 'withdrawn'),
    ('expired', 'in_review'), ('expired', 'withdrawn'),
    ('suspended', 'pending_second_approval'), ('suspended', 'rejected'), ('suspended', 'rescreen_hit'), ('suspended', 'withdrawn'),
    ('rescreen_hit', 'pending_second_approval'), ('rescreen_hit', 'suspended'), ('rescreen_hit', 'rejected'), ('rescreen_hit', 'withdrawn'))
$$;

-- Whether the account in force is another one than was approved. The gate of a payment compares the same fingerprints.
CREATE FUNCTION aid_group_account_is_other("group" uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (SELECT b.fingerprint FROM dossier_bank_account AS b WHERE b.aid_group_id = $1 AND b.replaced_at IS NULL)
    IS DISTINCT FROM (SELECT approval.bank_fingerprint FROM aid_group_approval_now($1) AS approval)
$$;

-- Who may make a step; the table WHO and the rules of persons in lib/vetting/policy.ts.
CREATE OR REPLACE FUNCTION aid_group_step_refusal(held aid_group, from_status aid_group_status, to_status aid_group_status, actor text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  person uuid := person_of_actor(actor);
  -- Whoever may change the account makes this step with it, the nominator and the holder of a link as well.
  is_void boolean := from_status IN ('approved', 'approved_with_conditions', 'expiring') AND to_status = 'in_review'
    AND aid_group_account_is_other(held.id);
  wanted role[] := CASE
    WHEN is_void OR to_status IN ('submitted', 'withdrawn') OR (from_status, to_status) = ('info_requested', 'in_review') THEN ARRAY['organizer', 'vetting_reviewer']
    WHEN to_status IN ('suspended', 'expired') THEN ARRAY['vetting_reviewer', 'treasurer']
    WHEN to_status IN ('expiring') THEN ARRAY[]::text[]
    ELSE ARRAY['vetting_reviewer'] END::role[];
BEGIN
  IF from_status IN ('approved', 'approved_with_conditions') AND to_status = 'in_review' AND NOT is_void THEN
    RETURN 'its bank account is the one that was approved';
  END IF;
  IF actor LIKE 'system:%' THEN
    RETURN CASE WHEN NOT is_void AND to_status NOT IN ('screening', 'rescreen_hit', 'suspended', 'expiring', 'expired') THEN 'a program only stops' END;
  END IF;
  IF person IS NULL THEN
    RETURN CASE WHEN NOT is_void AND to_status NOT IN ('submitted', 'withdrawn') AND (from_status, to_status) IS DISTINCT FROM ('info_requested', 'in_review')
        OR actor <> 'guest' AND NOT speaks_for_group(actor, held.id) OR actor = 'guest' AND to_status <> 'submitted'
      THEN 'this takes a person of the chapter' END;
  END IF;
  IF to_status = 'rescreen_hit' AND EXISTS (SELECT FROM "user" WHERE id = person AND is_admin AND disabled_at IS NULL) THEN RETURN NULL; END IF;
  IF NOT holds_role(person, held.chapter_id, VARIADIC wanted) THEN
    RETURN 'this person does not hold a role for it in the chapter';
  END IF;
  IF person = held.nominated_by_id AND to_status IN ('in_review', 'pending_second_approval', 'approved', 'approved_with_conditions')
    AND from_status <> 'info_requested' AND NOT is_void THEN
    RETURN 'whoever nominated it neither reviews nor approves it';
  END IF;
  IF to_status IN ('approved', 'approved_with_conditions') AND aid_group_worked_on_by(held.id, person) THEN
    RETURN 'the approval needs a person who neither nominated nor reviewed it, nor entered or verified its account';
  END IF;
  RETURN NULL;
END $$;

-- Asked at the end of the transaction: an account comes as one row that ends and one that begins, and the step with them.
CREATE FUNCTION dossier_bank_account_as_approved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM aid_group AS g WHERE g.id = NEW.aid_group_id AND g.status IN ('approved', 'approved_with_conditions', 'expiring'))
     AND aid_group_account_is_other(NEW.aid_group_id) THEN
    RAISE EXCEPTION 'bank account: another one takes the approval back, in the same transaction' USING ERRCODE = 'CP323';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER dossier_bank_account_as_approved AFTER INSERT OR UPDATE ON dossier_bank_account DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION dossier_bank_account_as_approved();
ALTER TABLE dossier_bank_account ENABLE ALWAYS TRIGGER dossier_bank_account_as_approved;

-- Approvals whose account changed before this rule stood: no payment has passed since, and from here on the status says so.
DO $$
DECLARE held record;
BEGIN
  FOR held IN SELECT g.id, g.status FROM aid_group AS g WHERE g.status IN ('approved', 'approved_with_conditions', 'expiring')
      AND (aid_group_approval_now(g.id)).id IS NOT NULL AND aid_group_account_is_other(g.id) LOOP
    INSERT INTO aid_group_status_change (aid_group_id, from_status, to_status, reason, actor_id)
      VALUES (held.id, held.status, 'in_review', 'The bank account was changed after the approval.', 'system:worker');
    UPDATE aid_group SET status = 'in_review', status_reason = 'The bank account was changed after the approval.', reviewed_by_id = NULL,
      approved_by_id = NULL, approved_at = NULL, approved_until = NULL, conditions = NULL, version = version + 1 WHERE id = held.id;
  END LOOP;
END $$;
