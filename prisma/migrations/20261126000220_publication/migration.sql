-- Protection in a war zone: payments become public late where a group needs it, a public name can be given at any time and
-- takes the address with it, and a paper of a dossier is never public.

ALTER TABLE aid_group ADD COLUMN publish_after_days int NOT NULL DEFAULT 0
  CONSTRAINT aid_group_publish_after_days CHECK (publish_after_days BETWEEN 0 AND 365);

-- Whether everybody may know whom a payment went to, for what, on which day, and what proves it: from its release on, or as
-- many days of 24 hours later as its group asks for. Every public reading asks this, with the product's clock.
CREATE FUNCTION disbursement_is_published(disbursement_id uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce((
    SELECT d.released_at + make_interval(hours => 24 * g.publish_after_days) <= $2
    FROM disbursement AS d JOIN aid_group AS g ON g.id = d.aid_group_id WHERE d.id = $1), false)
$$;

-- Whether the group waits for nothing but the renewal of an approval that has not ended: taken up while it was about to end,
-- with the account that was approved and without a hit. Payments wait; its campaigns have no reason to.
CREATE FUNCTION aid_group_is_renewing(aid_group_id uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce((
    SELECT (SELECT step.from_status = 'expiring' AND step.to_status = 'in_review' FROM aid_group_status_change AS step
        WHERE step.aid_group_id = g.id AND step.to_status IN ('in_review', 'info_requested', 'pending_second_approval')
          AND step.from_status NOT IN ('in_review', 'info_requested', 'pending_second_approval')
        ORDER BY step.at DESC, step.id DESC LIMIT 1)
      AND (SELECT a.until > $2 AND EXISTS (SELECT FROM dossier_bank_account AS b
            WHERE b.id = a.bank_account_id AND b.replaced_at IS NULL)
        FROM aid_group_approval AS a WHERE a.aid_group_id = g.id ORDER BY a.at DESC, a.id DESC LIMIT 1)
      AND aid_group_screening_gap(g.id, $2) IS DISTINCT FROM 'screening_hit'
    FROM aid_group AS g WHERE g.id = $1 AND g.status IN ('in_review', 'info_requested', 'pending_second_approval')), false)
$$;

CREATE OR REPLACE FUNCTION aid_group_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.nominated_by_id IS DISTINCT FROM OLD.nominated_by_id OR NEW.chapter_id <> OLD.chapter_id THEN
    RAISE EXCEPTION 'aid group: nominator and chapter never change' USING ERRCODE = 'CP301';
  END IF;
  IF NEW.slug <> OLD.slug AND (NEW.status <> OLD.status OR NEW.public_alias IS NULL
      OR NEW.public_alias IS NOT DISTINCT FROM OLD.public_alias) THEN
    RAISE EXCEPTION 'aid group: the address changes with the public name and never else' USING ERRCODE = 'CP301';
  END IF;
  IF NEW.public_alias IS NULL AND OLD.public_alias IS NOT NULL THEN
    RAISE EXCEPTION 'aid group: a public name can be another one, but not taken away' USING ERRCODE = 'CP301';
  END IF;
  IF NEW.publish_after_days < OLD.publish_after_days
     AND NOT (NEW.status <> OLD.status AND NEW.status IN ('approved', 'approved_with_conditions')) THEN
    RAISE EXCEPTION 'aid group: payments become public sooner only with an approval' USING ERRCODE = 'CP302';
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

-- SECURITY DEFINER: whoever may write a file's row need not be able to read dossiers.
CREATE OR REPLACE FUNCTION stored_file_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (to_jsonb(NEW) - 'is_public') IS DISTINCT FROM (to_jsonb(OLD) - 'is_public') OR (OLD.is_public AND NOT NEW.is_public) THEN
    RAISE EXCEPTION 'stored file: only its publication may change' USING ERRCODE = 'CP321';
  END IF;
  IF NEW.is_public AND NOT OLD.is_public AND EXISTS (SELECT FROM dossier_document AS d WHERE d.file_id = NEW.id) THEN
    RAISE EXCEPTION 'stored file: a paper of a dossier is never public' USING ERRCODE = 'CP321';
  END IF;
  RETURN NEW;
END $$;

-- The same from the other side, under the file's lock: what is public already is no paper of a dossier.
CREATE FUNCTION dossier_document_is_private() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM stored_file AS f WHERE f.id = NEW.file_id AND NOT f.is_public FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'dossier: a public file is no paper of a dossier' USING ERRCODE = 'CP321';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dossier_document_is_private BEFORE INSERT OR UPDATE OF file_id ON dossier_document
  FOR EACH ROW EXECUTE FUNCTION dossier_document_is_private();
ALTER TABLE dossier_document ENABLE ALWAYS TRIGGER dossier_document_is_private;
