-- Who of ours had a link of an application open while signed in: what came through it counts as theirs.

-- CreateTable
CREATE TABLE "application_holder" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "application_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "application_holder_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "application_holder_application_id_user_id_key" ON "application_holder"("application_id", "user_id");

-- AddForeignKey
ALTER TABLE "application_holder" ADD CONSTRAINT "application_holder_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "vetting_application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

REVOKE UPDATE, DELETE, TRUNCATE ON application_holder FROM purse_app;
CREATE TRIGGER application_holder_kept BEFORE UPDATE OR DELETE ON application_holder FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER application_holder_no_truncate BEFORE TRUNCATE ON application_holder FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE application_holder ENABLE ALWAYS TRIGGER application_holder_kept;
ALTER TABLE application_holder ENABLE ALWAYS TRIGGER application_holder_no_truncate;

-- Whether the person stands behind what a row says of its writer: by name, or through a link that they made and nobody
-- mailed, or had open while signed in.
CREATE FUNCTION wrote_as(actor text, person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce($1 = $2::text, false) OR EXISTS (
    SELECT FROM vetting_application AS a
    WHERE a.id = CASE WHEN $1 ~ '^applicant:[0-9a-f-]{36}$' THEN substr($1, 11)::uuid END
      AND (a.contact_email IS NULL AND a.invited_by_id = $2
        OR EXISTS (SELECT FROM application_holder AS h WHERE h.application_id = a.id AND h.user_id = $2)))
$$;

-- Nobody verifies what they entered, through whatever link.
CREATE OR REPLACE FUNCTION bank_link_holder_wall() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF wrote_as(NEW.entered_by, NEW.verified_by_id) THEN
    RAISE EXCEPTION 'bank account: whoever held the link it was entered through does not verify it' USING ERRCODE = 'CP322';
  END IF;
  RETURN NEW;
END $$;

-- Nobody judges the account they entered.
CREATE FUNCTION gate_finding_writer_wall() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM dossier_bank_account AS b WHERE b.aid_group_id = NEW.aid_group_id AND b.replaced_at IS NULL
      AND wrote_as(b.entered_by, NEW.found_by_id)) THEN
    RAISE EXCEPTION 'finding: whoever entered the bank account does not judge it' USING ERRCODE = 'CP314';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER gate_finding_writer_wall BEFORE INSERT ON gate_finding FOR EACH ROW
  WHEN (NEW.gate = 'bank_account') EXECUTE FUNCTION gate_finding_writer_wall();
ALTER TABLE gate_finding ENABLE ALWAYS TRIGGER gate_finding_writer_wall;

-- Nor waves a hit through on it.
CREATE FUNCTION hit_disposition_writer_wall() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM dossier_bank_account AS b WHERE b.aid_group_id = NEW.aid_group_id AND b.replaced_at IS NULL
      AND wrote_as(b.entered_by, NEW.decided_by_id)) THEN
    RAISE EXCEPTION 'hit disposition: whoever entered the account waves nothing through' USING ERRCODE = 'CP352';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hit_disposition_writer_wall BEFORE INSERT ON hit_disposition FOR EACH ROW
  WHEN (NEW.verdict = 'false_positive') EXECUTE FUNCTION hit_disposition_writer_wall();
ALTER TABLE hit_disposition ENABLE ALWAYS TRIGGER hit_disposition_writer_wall;

-- As before, and whatever came through a link counts for those who held it.
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
    OR EXISTS (SELECT FROM unnest(enum_range(NULL::approval_gate)) AS g (gate) WHERE (aid_group_finding($1, g.gate)).found_by_id = $2)
    OR EXISTS (SELECT FROM dossier_bank_account AS b WHERE b.aid_group_id = $1 AND b.replaced_at IS NULL AND (b.entered_by IN (SELECT names.id FROM names)
      OR b.verified_by_id = $2 AND NOT EXISTS (SELECT FROM aid_group_approval AS a, since WHERE a.bank_account_id = b.id AND a.at <= since.at)))
    OR EXISTS (SELECT FROM hit_disposition AS d, since WHERE d.aid_group_id = $1 AND d.decided_by_id = $2 AND d.decided_at > since.at)
    OR EXISTS (SELECT FROM information_request AS r, since WHERE r.aid_group_id = $1
      AND (r.asked_by_id = $2 AND r.asked_at > since.at OR r.answered_by IN (SELECT names.id FROM names) AND r.answered_at > since.at))
    OR EXISTS (SELECT FROM dossier_section AS s, since WHERE s.aid_group_id = $1 AND s.saved_by IN (SELECT names.id FROM names) AND s.saved_at > since.at)
    OR EXISTS (SELECT FROM dossier_person AS p, since WHERE p.aid_group_id = $1 AND p.added_by IN (SELECT names.id FROM names) AND p.added_at > since.at)
    OR EXISTS (SELECT FROM dossier_reference AS r, since WHERE r.aid_group_id = $1 AND r.added_by IN (SELECT names.id FROM names) AND r.added_at > since.at)
    OR EXISTS (SELECT FROM dossier_document AS d, since WHERE d.aid_group_id = $1 AND d.added_by IN (SELECT names.id FROM names) AND d.added_at > since.at)
$$;
