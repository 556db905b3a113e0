-- Screening: which names of an aid group are looked for, whether that was done against the lists in force, and who may
-- wave a hit through. GATES' functions ask aid_group_screening_gap inside the transaction that moves money.

-- Every name under which the aid group, its people or its account is known. `kind` says who bears it: the matcher
-- compares a person's names with people; whose account it is decides the bank, so that name is looked for as anything.
CREATE FUNCTION aid_group_names("group" uuid) RETURNS TABLE (name text, kind text, person_id uuid, birth_date date, country text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH held AS (SELECT g.id, g.name, g.legal_name, g.country FROM aid_group AS g WHERE g.id = $1),
  identity AS (
    SELECT s.data FROM dossier_section AS s WHERE s.aid_group_id = $1 AND s.section = 'identity' ORDER BY s.version DESC LIMIT 1),
  borne AS (
    SELECT held.name, 'organization' AS kind, NULL::uuid AS person_id, NULL::date AS birth_date, held.country FROM held
    UNION ALL SELECT held.legal_name, 'organization', NULL, NULL, held.country FROM held
    UNION ALL SELECT written.name, 'organization', NULL, NULL, held.country
      FROM held, identity, unnest(ARRAY[identity.data ->> 'legalName', identity.data ->> 'legalNameLatin']) AS written (name)
    UNION ALL SELECT other.name, 'organization', NULL, NULL, held.country
      FROM held, identity, jsonb_array_elements_text(CASE jsonb_typeof(identity.data -> 'otherNames')
        WHEN 'array' THEN identity.data -> 'otherNames' ELSE '[]' END) AS other (name)
    UNION ALL SELECT identity.data ->> 'contactName', 'person', NULL, NULL, NULL FROM identity
    UNION ALL SELECT written.name, 'person', p.id, p.birth_date, coalesce(p.nationality, p.country)
      FROM dossier_person AS p, unnest(ARRAY[p.name_original, p.name_latin] || p.aliases) AS written (name)
      WHERE p.aid_group_id = $1 AND p.removed_at IS NULL
    UNION ALL SELECT b.holder_name, 'other', NULL, NULL, b.bank_country
      FROM dossier_bank_account AS b WHERE b.aid_group_id = $1 AND b.replaced_at IS NULL)
  -- Who is named twice is looked for once: the contact who is one of the people, the holder who is the organization.
  SELECT DISTINCT btrim(borne.name), borne.kind, borne.person_id, borne.birth_date, borne.country
  FROM borne WHERE btrim(borne.name) <> '' AND NOT EXISTS (
    SELECT FROM borne AS same WHERE lower(btrim(same.name)) = lower(btrim(borne.name)) AND (
      (borne.kind = 'person' AND borne.person_id IS NULL AND same.person_id IS NOT NULL)
      OR (borne.kind = 'other' AND same.kind = 'organization')))
$$;

-- Another value means that somebody's name, birth date, country or the registration's number is new since then.
CREATE FUNCTION aid_group_names_digest("group" uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT encode(sha256(convert_to(
    coalesce((
      SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") FROM (
        SELECT to_json(ARRAY[n.name, n.kind, n.person_id::text, n.birth_date::text, n.country])::text AS line
        FROM aid_group_names($1) AS n) AS lines), '')
    || E'\n' || coalesce((
      SELECT s.data ->> 'number' FROM dossier_section AS s
      WHERE s.aid_group_id = $1 AND s.section = 'registration' ORDER BY s.version DESC LIMIT 1), ''), 'UTF8')), 'hex')
$$;

-- What people answered to a hit: 'open', 'second_word' (an equal identifier that one person called false), 'false_positive'
-- or 'true_match'. A true match stays one until it is answered anew; two different people free an equal identifier.
CREATE FUNCTION screening_hit_answer("group" uuid, key text, blocks boolean) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH said AS (
    SELECT d.id, d.verdict, d.decided_by_id, d.decided_at FROM hit_disposition AS d WHERE d.aid_group_id = $1 AND d.hit_key = $2),
  newest AS (SELECT said.verdict FROM said ORDER BY said.decided_at DESC, said.id DESC LIMIT 1),
  freeing AS (
    SELECT count(DISTINCT said.decided_by_id) AS people FROM said
    WHERE said.verdict = 'false_positive' AND NOT EXISTS (
      SELECT FROM said AS meant WHERE meant.verdict = 'true_match' AND (meant.decided_at, meant.id) > (said.decided_at, said.id)))
  SELECT CASE
    WHEN NOT EXISTS (SELECT FROM newest) THEN 'open'
    WHEN (SELECT newest.verdict FROM newest) = 'true_match' THEN 'true_match'
    WHEN $3 AND (SELECT freeing.people FROM freeing) < 2 THEN 'second_word'
    ELSE 'false_positive' END
$$;

-- Why the screening of an aid group does not allow money at that moment, or NULL: no list in force or one not looked at,
-- names that are newer than the screening, 30 days, a hit that nobody has waved through.
CREATE FUNCTION aid_group_screening_gap("group" uuid, at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE latest screening%ROWTYPE;
BEGIN
  SELECT * INTO latest FROM screening AS s WHERE s.aid_group_id = $1 ORDER BY s.at DESC, s.id DESC LIMIT 1;
  IF NOT FOUND OR NOT EXISTS (SELECT FROM list_snapshot AS l WHERE l.status = 'current') THEN RETURN 'screening_list'; END IF;
  IF EXISTS (SELECT FROM list_snapshot AS l WHERE l.status = 'current' AND NOT l.id = ANY (latest.snapshot_ids))
     OR latest.names_digest <> aid_group_names_digest($1) THEN RETURN 'screening_list'; END IF;
  IF latest.at < $2 - interval '30 days' THEN RETURN 'screening_age'; END IF;
  IF EXISTS (SELECT FROM screening_hit AS h WHERE h.screening_id = latest.id
             AND screening_hit_answer($1, h.hit_key, h.blocks) <> 'false_positive') THEN RETURN 'screening_hit'; END IF;
  RETURN NULL;
END $$;

-- The person follows the rule here too: who nominated the aid group or gave its bank account waves nothing through.
CREATE FUNCTION hit_disposition_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM screening_hit AS h WHERE h.aid_group_id = NEW.aid_group_id AND h.hit_key = NEW.hit_key) THEN
    RAISE EXCEPTION 'hit disposition: there is no such hit' USING ERRCODE = 'CP351';
  END IF;
  IF NEW.verdict = 'false_positive' AND (
       EXISTS (SELECT FROM aid_group AS g WHERE g.id = NEW.aid_group_id AND g.nominated_by_id = NEW.decided_by_id)
       OR EXISTS (SELECT FROM dossier_bank_account AS b WHERE b.aid_group_id = NEW.aid_group_id AND b.replaced_at IS NULL
                  AND b.entered_by = NEW.decided_by_id::text)
       OR (SELECT (d.verdict, d.decided_by_id) = ('true_match', NEW.decided_by_id) FROM hit_disposition AS d
           WHERE d.aid_group_id = NEW.aid_group_id AND d.hit_key = NEW.hit_key ORDER BY d.decided_at DESC, d.id DESC LIMIT 1)) THEN
    RAISE EXCEPTION 'hit disposition: needs a person who neither nominated the aid group, entered its account nor called it a match' USING ERRCODE = 'CP352';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hit_disposition_guard BEFORE INSERT ON hit_disposition FOR EACH ROW EXECUTE FUNCTION hit_disposition_guard();
ALTER TABLE hit_disposition ENABLE ALWAYS TRIGGER hit_disposition_guard;

-- A snapshot says for ever what a file said; only whether it is in force changes, and a person's word on that is kept.
CREATE FUNCTION list_snapshot_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF to_jsonb(NEW) - ARRAY['status', 'decided_by_id', 'decided_at', 'decided_reason']
     <> to_jsonb(OLD) - ARRAY['status', 'decided_by_id', 'decided_at', 'decided_reason'] THEN
    RAISE EXCEPTION 'list snapshot: what was imported never changes' USING ERRCODE = 'CP301';
  END IF;
  IF OLD.decided_at IS NOT NULL AND (NEW.decided_by_id, NEW.decided_at, NEW.decided_reason)
     IS DISTINCT FROM (OLD.decided_by_id, OLD.decided_at, OLD.decided_reason) THEN
    RAISE EXCEPTION 'list snapshot: a decision is written once' USING ERRCODE = 'CP301';
  END IF;
  IF NEW.status <> OLD.status AND (OLD.status::text, NEW.status::text) NOT IN (
       ('awaiting_word', 'current'), ('awaiting_word', 'refused'), ('current', 'superseded')) THEN
    RAISE EXCEPTION 'list snapshot: % -> % is not a legal step', OLD.status, NEW.status USING ERRCODE = 'CP354';
  END IF;
  IF OLD.status = 'awaiting_word' AND NEW.status <> OLD.status AND NEW.decided_by_id IS NULL THEN
    RAISE EXCEPTION 'list snapshot: waits for a person''s word' USING ERRCODE = 'CP355';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER list_snapshot_guard BEFORE UPDATE ON list_snapshot FOR EACH ROW EXECUTE FUNCTION list_snapshot_guard();
CREATE TRIGGER listed_party_kept BEFORE UPDATE OR DELETE ON listed_party FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER list_snapshot_kept BEFORE DELETE ON list_snapshot FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER listed_party_no_truncate BEFORE TRUNCATE ON listed_party FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER list_snapshot_no_truncate BEFORE TRUNCATE ON list_snapshot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON listed_party FROM purse_app;
REVOKE DELETE, TRUNCATE ON list_snapshot FROM purse_app;
DO $$
DECLARE gate record;
BEGIN
  FOR gate IN SELECT tgname, tgrelid::regclass AS held FROM pg_trigger
    WHERE NOT tgisinternal AND tgrelid IN ('list_snapshot'::regclass, 'listed_party'::regclass) LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', gate.held, gate.tgname);
  END LOOP;
END $$;

ALTER TABLE list_snapshot
  ADD CONSTRAINT list_snapshot_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT list_snapshot_counts CHECK (row_count > 0 AND party_count > 0 AND name_count >= party_count),
  ADD CONSTRAINT list_snapshot_decision CHECK (num_nulls(decided_by_id, decided_at, decided_reason) IN (0, 3)),
  ADD CONSTRAINT list_snapshot_decided_reason CHECK (length(decided_reason) BETWEEN 3 AND 2000);
ALTER TABLE listed_party
  ADD CONSTRAINT listed_party_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT listed_party_kind CHECK (kind IN ('person', 'organization', 'vessel', 'aircraft', 'other'));
ALTER TABLE screening ADD CONSTRAINT screening_names_digest CHECK (names_digest ~ '^[0-9a-f]{64}$');
ALTER TABLE screening_hit
  ADD CONSTRAINT screening_hit_key CHECK (hit_key ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT screening_hit_score CHECK (score BETWEEN 0 AND 1);
-- The job asks for what is left of a run.
CREATE INDEX "screening_run_id_idx" ON "screening"("run_id");

-- Why a snapshot waits for a person's word: 'shrunk' (lost more than a tenth of its rows), 'older' (the publisher's date is
-- before that of the one in force).
ALTER TABLE list_snapshot ADD COLUMN doubts text[];
ALTER TABLE list_snapshot ADD CONSTRAINT list_snapshot_doubts CHECK (doubts <@ ARRAY['shrunk', 'older']);

-- CreateTable
CREATE TABLE "list_import" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "source" "list_source" NOT NULL,
    "way" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "by" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "message" TEXT,
    "sha256" TEXT,
    "snapshot_id" UUID,

    CONSTRAINT "list_import_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "list_import_source_at_idx" ON "list_import"("source", "at");

-- AddForeignKey
ALTER TABLE "list_import" ADD CONSTRAINT "list_import_snapshot_id_fkey" FOREIGN KEY ("snapshot_id") REFERENCES "list_snapshot"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE list_import
  ADD CONSTRAINT list_import_way CHECK (way IN ('upload', 'folder', 'address', 'seed')),
  ADD CONSTRAINT list_import_outcome CHECK (outcome IN ('current', 'awaiting_word', 'unchanged', 'failed')),
  ADD CONSTRAINT list_import_failure CHECK ((outcome = 'failed') = (message IS NOT NULL)),
  ADD CONSTRAINT list_import_snapshot CHECK ((outcome = 'failed') = (snapshot_id IS NULL));
-- What was tried and what came of it stays as it was.
REVOKE UPDATE, DELETE, TRUNCATE ON list_import FROM purse_app;
CREATE TRIGGER list_import_kept BEFORE UPDATE OR DELETE ON list_import FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER list_import_no_truncate BEFORE TRUNCATE ON list_import FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE list_import ENABLE ALWAYS TRIGGER list_import_kept;
ALTER TABLE list_import ENABLE ALWAYS TRIGGER list_import_no_truncate;
