-- Aid groups: which status may follow which, who may not approve, and the one question money out asks.

CREATE TYPE aid_group_risk_tier AS ENUM ('low', 'medium', 'high');
ALTER TABLE aid_group ADD COLUMN legal_name text, ADD COLUMN risk_tier aid_group_risk_tier, ADD COLUMN conditions text;

-- The same table as lib/vetting/states.ts; a test compares every pair.
CREATE FUNCTION aid_group_step_is_legal(from_status aid_group_status, to_status aid_group_status) RETURNS boolean
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
    ('approved_with_conditions', 'expiring'), ('approved_with_conditions', 'expired'), ('approved_with_conditions', 'suspended'),
    ('approved_with_conditions', 'rescreen_hit'), ('approved_with_conditions', 'withdrawn'),
    ('expiring', 'expired'), ('expiring', 'suspended'), ('expiring', 'rescreen_hit'), ('expiring', 'in_review'), ('expiring', 'withdrawn'),
    ('expired', 'in_review'), ('expired', 'withdrawn'),
    ('suspended', 'pending_second_approval'), ('suspended', 'rejected'), ('suspended', 'rescreen_hit'), ('suspended', 'withdrawn'),
    ('rescreen_hit', 'pending_second_approval'), ('rescreen_hit', 'suspended'), ('rescreen_hit', 'rejected'), ('rescreen_hit', 'withdrawn'))
$$;

-- Whether the person worked towards the approval that is being sought: nominated, took into review, recommended,
-- answered or reinstated since the last approval. The rule follows the person, whatever columns say.
CREATE FUNCTION aid_group_worked_on_by(group_id uuid, person uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM aid_group_status_change AS step
    WHERE step.aid_group_id = group_id AND step.actor_id = person::text
      AND step.to_status IN ('submitted', 'in_review', 'pending_second_approval')
      AND step.from_status <> 'pending_second_approval'
      AND step.at > coalesce((
        SELECT max(approval.at) FROM aid_group_status_change AS approval
        WHERE approval.aid_group_id = group_id AND approval.to_status IN ('approved', 'approved_with_conditions')), '-infinity'))
$$;

CREATE FUNCTION aid_group_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.nominated_by_id IS DISTINCT FROM OLD.nominated_by_id OR NEW.chapter_id <> OLD.chapter_id OR NEW.slug <> OLD.slug THEN
    RAISE EXCEPTION 'aid group: nominator, chapter and address never change' USING ERRCODE = 'CP301';
  END IF;
  IF NEW.status = OLD.status THEN
    IF OLD.status IN ('approved', 'approved_with_conditions', 'expiring') AND
       (NEW.approved_until, NEW.approved_by_id, NEW.reviewed_by_id, NEW.risk_tier, NEW.name, NEW.legal_name, NEW.country, NEW.region)
       IS DISTINCT FROM
       (OLD.approved_until, OLD.approved_by_id, OLD.reviewed_by_id, OLD.risk_tier, OLD.name, OLD.legal_name, OLD.country, OLD.region) THEN
      RAISE EXCEPTION 'aid group: what was approved cannot change without a new approval' USING ERRCODE = 'CP302';
    END IF;
    RETURN NEW;
  END IF;
  IF NOT aid_group_step_is_legal(OLD.status, NEW.status) THEN
    RAISE EXCEPTION 'aid group: % -> % is not a legal step', OLD.status, NEW.status USING ERRCODE = 'CP303';
  END IF;
  IF NEW.status IN ('approved', 'approved_with_conditions') THEN
    IF NEW.reviewed_by_id IS NULL OR NEW.approved_by_id IS NULL OR NEW.reviewed_by_id = NEW.approved_by_id
       OR NEW.approved_by_id IS NOT DISTINCT FROM NEW.nominated_by_id OR aid_group_worked_on_by(NEW.id, NEW.approved_by_id) THEN
      RAISE EXCEPTION 'aid group: the approval needs a person who neither nominated nor reviewed it' USING ERRCODE = 'CP304';
    END IF;
    IF NEW.approved_until IS NULL OR NEW.approved_until <= OLD.created_at THEN
      RAISE EXCEPTION 'aid group: an approval needs an end date' USING ERRCODE = 'CP305';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_group_guard BEFORE UPDATE ON aid_group FOR EACH ROW EXECUTE FUNCTION aid_group_guard();

REVOKE DELETE, TRUNCATE ON aid_group FROM purse_app;

-- May money go to this aid group at that moment? A date that has passed means no, whatever the status row still says.
CREATE FUNCTION aid_group_is_payable(aid_group_id uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce((
    SELECT g.status IN ('approved', 'approved_with_conditions', 'expiring')
      AND g.approved_by_id IS NOT NULL AND g.approved_until > $2
    FROM aid_group AS g WHERE g.id = $1), false)
$$;
