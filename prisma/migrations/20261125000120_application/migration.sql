-- The application of an aid group: what the holder of a link may write, and for how long.

ALTER TABLE "vetting_application" ADD COLUMN "opened_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "dossier_confirmation" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "round" INTEGER NOT NULL,
    "part" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "confirmed_by" TEXT NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dossier_confirmation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "dossier_confirmation_aid_group_id_round_idx" ON "dossier_confirmation"("aid_group_id", "round");

-- AddForeignKey
ALTER TABLE "dossier_confirmation" ADD CONSTRAINT "dossier_confirmation_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE dossier_confirmation
  ADD CONSTRAINT dossier_confirmation_part CHECK (part IN ('identity', 'registration', 'governance', 'people', 'bank', 'references', 'past_work', 'delivery', 'end_use', 'safeguarding', 'conflicts', 'agreement', 'documents')),
  ADD CONSTRAINT dossier_confirmation_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT dossier_confirmation_round CHECK (round > 1);
REVOKE UPDATE, DELETE, TRUNCATE ON dossier_confirmation FROM purse_app;
CREATE TRIGGER dossier_confirmation_kept BEFORE UPDATE OR DELETE ON dossier_confirmation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dossier_confirmation_no_truncate BEFORE TRUNCATE ON dossier_confirmation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE vetting_application
  ADD CONSTRAINT vetting_application_locale CHECK (locale IN ('en', 'uk')),
  ADD CONSTRAINT vetting_application_round CHECK (round >= 1),
  ADD CONSTRAINT vetting_application_token CHECK (token_hash ~ '^[0-9a-f]{64}$');

-- A link stays the link of one group and one round; it is opened, submitted and revoked once; only its language may change.
CREATE FUNCTION vetting_application_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.aid_group_id, NEW.round, NEW.token_hash, NEW.contact_email, NEW.invited_by_id, NEW.created_at, NEW.closes_at)
     IS DISTINCT FROM (OLD.id, OLD.aid_group_id, OLD.round, OLD.token_hash, OLD.contact_email, OLD.invited_by_id, OLD.created_at, OLD.closes_at)
     OR (OLD.opened_at IS NOT NULL AND NEW.opened_at IS DISTINCT FROM OLD.opened_at)
     OR (OLD.submitted_at IS NOT NULL AND NEW.submitted_at IS DISTINCT FROM OLD.submitted_at)
     OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) THEN
    RAISE EXCEPTION 'application: what was decided about a link stays' USING ERRCODE = 'CP320';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vetting_application_guard BEFORE UPDATE ON vetting_application FOR EACH ROW EXECUTE FUNCTION vetting_application_guard();

-- May whoever holds this link write this part of this group's dossier at that moment? The same rule as refuseWriting in
-- lib/vetting/policy.ts: until the round is sent in and while the group may be worked on; afterwards what an open question
-- is about.
CREATE FUNCTION applicant_may_write(group_id uuid, actor text, part text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE link vetting_application; state aid_group_status; submitted boolean;
BEGIN
  SELECT * INTO link FROM vetting_application AS a
    WHERE 'applicant:' || a.id = actor AND a.aid_group_id = group_id AND a.revoked_at IS NULL AND a.closes_at > at;
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT g.status INTO state FROM aid_group AS g WHERE g.id = group_id;
  SELECT EXISTS (SELECT FROM vetting_application AS a
    WHERE a.aid_group_id = group_id AND a.round = link.round AND a.submitted_at IS NOT NULL) INTO submitted;
  IF NOT submitted AND (state IN ('in_review', 'info_requested')
      OR (link.round = 1 AND state IN ('draft', 'submitted', 'screening'))
      OR (link.round > 1 AND state IN ('approved', 'approved_with_conditions', 'expiring', 'expired'))) THEN
    RETURN true;
  END IF;
  RETURN state = 'info_requested' AND EXISTS (SELECT FROM information_request AS r
    WHERE r.aid_group_id = group_id AND r.answered_at IS NULL
      AND (r.section IS NULL OR part = 'documents' OR r.section::text = part));
END $$;

-- Rows that an applicant brings, and the columns by which one takes something back or answers.
CREATE FUNCTION applicant_wall() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  fresh jsonb := to_jsonb(NEW); part text := TG_ARGV[0];
  who text := fresh ->> (CASE TG_OP WHEN 'INSERT' THEN TG_ARGV[1] ELSE TG_ARGV[3] END);
  at timestamptz := (fresh ->> (CASE TG_OP WHEN 'INSERT' THEN TG_ARGV[2] ELSE TG_ARGV[4] END))::timestamptz;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> TG_ARGV[3] IS NOT NULL THEN RETURN NEW; END IF;
  IF part = 'section' THEN part := fresh ->> 'section'; END IF;
  IF part = 'part' THEN part := fresh ->> 'part'; END IF;
  IF who LIKE 'applicant:%' AND NOT applicant_may_write(NEW.aid_group_id, who, part, at) THEN
    RAISE EXCEPTION 'application: this link cannot write % now', part USING ERRCODE = 'CP321';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dossier_section_applicant BEFORE INSERT ON dossier_section FOR EACH ROW
  EXECUTE FUNCTION applicant_wall('section', 'saved_by', 'saved_at');
CREATE TRIGGER dossier_confirmation_applicant BEFORE INSERT ON dossier_confirmation FOR EACH ROW
  EXECUTE FUNCTION applicant_wall('part', 'confirmed_by', 'confirmed_at');
CREATE TRIGGER dossier_person_applicant BEFORE INSERT OR UPDATE ON dossier_person FOR EACH ROW
  EXECUTE FUNCTION applicant_wall('people', 'added_by', 'added_at', 'removed_by', 'removed_at');
CREATE TRIGGER dossier_bank_account_applicant BEFORE INSERT OR UPDATE ON dossier_bank_account FOR EACH ROW
  EXECUTE FUNCTION applicant_wall('bank', 'entered_by', 'entered_at', 'replaced_by', 'replaced_at');
CREATE TRIGGER dossier_reference_applicant BEFORE INSERT OR UPDATE ON dossier_reference FOR EACH ROW
  EXECUTE FUNCTION applicant_wall('references', 'added_by', 'added_at', 'removed_by', 'removed_at');
CREATE TRIGGER dossier_document_applicant BEFORE INSERT OR UPDATE ON dossier_document FOR EACH ROW
  EXECUTE FUNCTION applicant_wall('documents', 'added_by', 'added_at', 'removed_by', 'removed_at');

-- Only what was asked of this group is answered, through a link of its own that still opens.
CREATE FUNCTION information_request_wall() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.answered_by LIKE 'applicant:%' AND NOT EXISTS (
      SELECT FROM vetting_application AS a JOIN aid_group AS g ON g.id = a.aid_group_id
      WHERE 'applicant:' || a.id = NEW.answered_by AND a.aid_group_id = NEW.aid_group_id AND a.revoked_at IS NULL
        AND a.closes_at > NEW.answered_at AND g.status = 'info_requested') THEN
    RAISE EXCEPTION 'application: this link cannot answer now' USING ERRCODE = 'CP321';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER information_request_wall BEFORE UPDATE OF answered_by ON information_request FOR EACH ROW
  WHEN (OLD.answered_by IS NULL) EXECUTE FUNCTION information_request_wall();

ALTER TABLE dossier_reference
  ADD CONSTRAINT dossier_reference_asked CHECK (num_nulls(token_hash, asked_at) IN (0, 2)),
  ADD CONSTRAINT dossier_reference_answered CHECK (num_nulls(answered_at, confirms, answer) IN (0, 3));
ALTER TABLE information_request ADD CONSTRAINT information_request_answered CHECK (num_nulls(answer, answered_by, answered_at) IN (0, 3));
ALTER TABLE dossier_document ADD CONSTRAINT dossier_document_removal CHECK (num_nulls(removed_by, removed_at) IN (0, 2));
ALTER TABLE dossier_reference ADD CONSTRAINT dossier_reference_removal CHECK (num_nulls(removed_by, removed_at) IN (0, 2));

DO $$
DECLARE gate record;
BEGIN
  FOR gate IN SELECT tgname, tgrelid::regclass AS held FROM pg_trigger WHERE NOT tgisinternal AND tgname IN (
    'dossier_confirmation_kept', 'dossier_confirmation_no_truncate', 'vetting_application_guard', 'dossier_section_applicant',
    'dossier_confirmation_applicant', 'dossier_person_applicant', 'dossier_bank_account_applicant', 'dossier_reference_applicant',
    'dossier_document_applicant', 'information_request_wall') LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', gate.held, gate.tgname);
  END LOOP;
END $$;
