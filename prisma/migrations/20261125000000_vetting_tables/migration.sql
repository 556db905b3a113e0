-- Vetting, whole: the dossier, the lists, what was found and who decided. What may follow what comes in later files of
-- each room; here stands what never changes: rows that say what was seen or decided are written once.

-- CreateEnum
CREATE TYPE "dossier_section_kind" AS ENUM ('identity', 'registration', 'governance', 'past_work', 'delivery', 'end_use', 'safeguarding', 'conflicts', 'agreement');

-- CreateEnum
CREATE TYPE "bank_verification_method" AS ENUM ('call_back', 'bank_letter', 'test_transfer', 'in_person');

-- CreateEnum
CREATE TYPE "dossier_document_kind" AS ENUM ('registration', 'governing_document', 'identity_of_person', 'bank_letter', 'past_work', 'end_use_statement', 'safeguarding_policy', 'agreement', 'licence', 'other');

-- CreateEnum
CREATE TYPE "approval_gate" AS ENUM ('legal_existence', 'governing_document', 'controllers', 'screening', 'bank_account', 'references', 'past_work', 'end_use', 'export_control', 'region', 'safeguarding', 'conflicts', 'agreement', 'risk_tier');

-- CreateEnum
CREATE TYPE "gate_verdict" AS ENUM ('met', 'failed');

-- CreateEnum
CREATE TYPE "list_source" AS ENUM ('ofac', 'un', 'eu', 'uk', 'opensanctions', 'demonstration');

-- CreateEnum
CREATE TYPE "list_snapshot_status" AS ENUM ('awaiting_word', 'current', 'superseded', 'refused');

-- CreateEnum
CREATE TYPE "hit_verdict" AS ENUM ('false_positive', 'true_match');

-- AlterTable
ALTER TABLE "stored_file" ALTER COLUMN "uploaded_by_id" DROP NOT NULL;

-- CreateTable
CREATE TABLE "vetting_application" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "round" INTEGER NOT NULL DEFAULT 1,
    "token_hash" TEXT NOT NULL,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "contact_email" TEXT,
    "invited_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closes_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "vetting_application_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dossier_section" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "section" "dossier_section_kind" NOT NULL,
    "version" INTEGER NOT NULL,
    "data" JSONB NOT NULL,
    "digest" TEXT NOT NULL,
    "saved_by" TEXT NOT NULL,
    "saved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dossier_section_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dossier_person" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "roles" TEXT[],
    "name_original" TEXT NOT NULL,
    "name_latin" TEXT NOT NULL,
    "aliases" TEXT[],
    "birth_date" DATE,
    "nationality" TEXT,
    "country" TEXT,
    "added_by" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_by" TEXT,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "dossier_person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dossier_bank_account" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "holder_name" TEXT NOT NULL,
    "bank_name" TEXT NOT NULL,
    "bank_country" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "details" BYTEA NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "last_digits" TEXT NOT NULL,
    "entered_by" TEXT NOT NULL,
    "entered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "verified_by_id" UUID,
    "verified_at" TIMESTAMPTZ(3),
    "verification_method" "bank_verification_method",
    "verification_note" TEXT,
    "replaced_by" TEXT,
    "replaced_at" TIMESTAMPTZ(3),

    CONSTRAINT "dossier_bank_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dossier_reference" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "organization" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "relation" TEXT NOT NULL,
    "added_by" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "token_hash" TEXT,
    "asked_at" TIMESTAMPTZ(3),
    "answered_at" TIMESTAMPTZ(3),
    "confirms" BOOLEAN,
    "answer" JSONB,
    "removed_by" TEXT,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "dossier_reference_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dossier_document" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "kind" "dossier_document_kind" NOT NULL,
    "file_id" UUID NOT NULL,
    "caption" TEXT NOT NULL,
    "added_by" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_by" TEXT,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "dossier_document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "information_request" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "section" "dossier_section_kind",
    "question" TEXT NOT NULL,
    "asked_by_id" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "answer" TEXT,
    "answered_by" TEXT,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "information_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gate_finding" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "gate" "approval_gate" NOT NULL,
    "verdict" "gate_verdict" NOT NULL,
    "reason" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "basis" TEXT NOT NULL,
    "found_by_id" UUID NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gate_finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "aid_group_approval" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "risk_tier" "aid_group_risk_tier" NOT NULL,
    "conditions" TEXT,
    "reviewed_by_id" UUID NOT NULL,
    "approved_by_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "bank_account_id" UUID NOT NULL,
    "bank_fingerprint" TEXT NOT NULL,
    "dossier_digest" TEXT NOT NULL,
    "section_versions" JSONB NOT NULL,
    "screening_id" UUID NOT NULL,

    CONSTRAINT "aid_group_approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "aid_group_cap" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "approval_id" UUID NOT NULL,
    "currency" TEXT NOT NULL,
    "cap_minor" BIGINT NOT NULL,

    CONSTRAINT "aid_group_cap_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "list_snapshot" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "source" "list_source" NOT NULL,
    "status" "list_snapshot_status" NOT NULL,
    "published_at" TIMESTAMPTZ(3),
    "sha256" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "byte_count" INTEGER NOT NULL,
    "row_count" INTEGER NOT NULL,
    "party_count" INTEGER NOT NULL,
    "name_count" INTEGER NOT NULL,
    "added_count" INTEGER NOT NULL,
    "removed_count" INTEGER NOT NULL,
    "changed_count" INTEGER NOT NULL,
    "previous_id" UUID,
    "imported_by" TEXT NOT NULL,
    "imported_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_by_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "decided_reason" TEXT,

    CONSTRAINT "list_snapshot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "listed_party" (
    "id" BIGSERIAL NOT NULL,
    "snapshot_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "names" JSONB NOT NULL,
    "programs" TEXT[],
    "birth_dates" TEXT[],
    "countries" TEXT[],
    "identifiers" JSONB NOT NULL,
    "remarks" TEXT,
    "digest" TEXT NOT NULL,

    CONSTRAINT "listed_party_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "screening_run" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "cause" TEXT NOT NULL,
    "snapshot_id" UUID,
    "started_by" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "total" INTEGER NOT NULL DEFAULT 0,
    "done" INTEGER NOT NULL DEFAULT 0,
    "hits" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "screening_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "screening" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "run_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "by" TEXT NOT NULL,
    "names_digest" TEXT NOT NULL,
    "names" JSONB NOT NULL,
    "snapshot_ids" UUID[],
    "unsupported_scripts" TEXT[],

    CONSTRAINT "screening_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "screening_hit" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "screening_id" UUID NOT NULL,
    "aid_group_id" UUID NOT NULL,
    "person_id" UUID,
    "query_name" TEXT NOT NULL,
    "source" "list_source" NOT NULL,
    "external_id" TEXT NOT NULL,
    "party_digest" TEXT NOT NULL,
    "matched_name" TEXT NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "reasons" JSONB NOT NULL,
    "blocks" BOOLEAN NOT NULL DEFAULT false,
    "hit_key" TEXT NOT NULL,

    CONSTRAINT "screening_hit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "hit_disposition" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "hit_key" TEXT NOT NULL,
    "verdict" "hit_verdict" NOT NULL,
    "reason" TEXT NOT NULL,
    "decided_by_id" UUID NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hit_disposition_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "vetting_application_token_hash_key" ON "vetting_application"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "vetting_application_aid_group_id_round_token_hash_key" ON "vetting_application"("aid_group_id", "round", "token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "dossier_section_aid_group_id_section_version_key" ON "dossier_section"("aid_group_id", "section", "version");

-- CreateIndex
CREATE INDEX "dossier_person_aid_group_id_idx" ON "dossier_person"("aid_group_id");

-- CreateIndex
CREATE INDEX "dossier_bank_account_aid_group_id_idx" ON "dossier_bank_account"("aid_group_id");

-- CreateIndex
CREATE UNIQUE INDEX "dossier_reference_token_hash_key" ON "dossier_reference"("token_hash");

-- CreateIndex
CREATE INDEX "dossier_reference_aid_group_id_idx" ON "dossier_reference"("aid_group_id");

-- CreateIndex
CREATE INDEX "dossier_document_aid_group_id_idx" ON "dossier_document"("aid_group_id");

-- CreateIndex
CREATE INDEX "information_request_aid_group_id_idx" ON "information_request"("aid_group_id");

-- CreateIndex
CREATE INDEX "gate_finding_aid_group_id_gate_idx" ON "gate_finding"("aid_group_id", "gate");

-- CreateIndex
CREATE INDEX "aid_group_approval_aid_group_id_at_idx" ON "aid_group_approval"("aid_group_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "aid_group_cap_approval_id_currency_key" ON "aid_group_cap"("approval_id", "currency");

-- CreateIndex
CREATE INDEX "list_snapshot_source_status_idx" ON "list_snapshot"("source", "status");

-- CreateIndex
CREATE UNIQUE INDEX "listed_party_snapshot_id_external_id_key" ON "listed_party"("snapshot_id", "external_id");

-- CreateIndex
CREATE INDEX "screening_run_started_at_idx" ON "screening_run"("started_at");

-- CreateIndex
CREATE INDEX "screening_aid_group_id_at_idx" ON "screening"("aid_group_id", "at");

-- CreateIndex
CREATE INDEX "screening_hit_aid_group_id_hit_key_idx" ON "screening_hit"("aid_group_id", "hit_key");

-- CreateIndex
CREATE UNIQUE INDEX "screening_hit_screening_id_hit_key_key" ON "screening_hit"("screening_id", "hit_key");

-- CreateIndex
CREATE INDEX "hit_disposition_aid_group_id_hit_key_decided_at_idx" ON "hit_disposition"("aid_group_id", "hit_key", "decided_at");

-- AddForeignKey
ALTER TABLE "vetting_application" ADD CONSTRAINT "vetting_application_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dossier_section" ADD CONSTRAINT "dossier_section_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dossier_person" ADD CONSTRAINT "dossier_person_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dossier_bank_account" ADD CONSTRAINT "dossier_bank_account_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dossier_reference" ADD CONSTRAINT "dossier_reference_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dossier_document" ADD CONSTRAINT "dossier_document_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dossier_document" ADD CONSTRAINT "dossier_document_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "stored_file"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "information_request" ADD CONSTRAINT "information_request_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gate_finding" ADD CONSTRAINT "gate_finding_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "aid_group_approval" ADD CONSTRAINT "aid_group_approval_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "aid_group_cap" ADD CONSTRAINT "aid_group_cap_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "aid_group_approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "listed_party" ADD CONSTRAINT "listed_party_snapshot_id_fkey" FOREIGN KEY ("snapshot_id") REFERENCES "list_snapshot"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "screening" ADD CONSTRAINT "screening_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "screening" ADD CONSTRAINT "screening_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "screening_run"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "screening_hit" ADD CONSTRAINT "screening_hit_screening_id_fkey" FOREIGN KEY ("screening_id") REFERENCES "screening"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "hit_disposition" ADD CONSTRAINT "hit_disposition_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
-- Rows of these say what somebody saved, saw or decided: they are never changed.
DO $$
DECLARE kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['dossier_section', 'gate_finding', 'aid_group_approval', 'aid_group_cap', 'screening', 'screening_hit', 'hit_disposition'] LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM purse_app', kept);
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', kept || '_kept', kept);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', kept || '_no_truncate', kept);
  END LOOP;
END $$;

-- Of these only the named columns are ever written again, and each of them once.
CREATE FUNCTION written_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  before jsonb := to_jsonb(OLD); after jsonb := to_jsonb(NEW); changed text;
BEGIN
  FOR changed IN SELECT key FROM jsonb_each(after) AS fresh WHERE before -> fresh.key IS DISTINCT FROM fresh.value LOOP
    IF NOT changed = ANY (TG_ARGV) THEN
      RAISE EXCEPTION '%: % never changes', TG_TABLE_NAME, changed USING ERRCODE = 'CP301';
    END IF;
    IF jsonb_typeof(before -> changed) <> 'null' THEN
      RAISE EXCEPTION '%: % is written once', TG_TABLE_NAME, changed USING ERRCODE = 'CP301';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER dossier_person_once BEFORE UPDATE ON dossier_person FOR EACH ROW EXECUTE FUNCTION written_once('removed_by', 'removed_at');
CREATE TRIGGER dossier_bank_account_once BEFORE UPDATE ON dossier_bank_account FOR EACH ROW
  EXECUTE FUNCTION written_once('verified_by_id', 'verified_at', 'verification_method', 'verification_note', 'replaced_by', 'replaced_at');
CREATE TRIGGER dossier_reference_once BEFORE UPDATE ON dossier_reference FOR EACH ROW
  EXECUTE FUNCTION written_once('token_hash', 'asked_at', 'answered_at', 'confirms', 'answer', 'removed_by', 'removed_at');
CREATE TRIGGER dossier_document_once BEFORE UPDATE ON dossier_document FOR EACH ROW EXECUTE FUNCTION written_once('removed_by', 'removed_at');
CREATE TRIGGER information_request_once BEFORE UPDATE ON information_request FOR EACH ROW
  EXECUTE FUNCTION written_once('answer', 'answered_by', 'answered_at');
DO $$
DECLARE kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['dossier_person', 'dossier_bank_account', 'dossier_reference', 'dossier_document', 'information_request', 'vetting_application'] LOOP
    EXECUTE format('REVOKE DELETE, TRUNCATE ON %I FROM purse_app', kept);
    EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', kept || '_kept', kept);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', kept || '_no_truncate', kept);
  END LOOP;
END $$;

ALTER TABLE dossier_person
  ADD CONSTRAINT dossier_person_roles CHECK (cardinality(roles) BETWEEN 1 AND 3 AND roles <@ ARRAY['controller', 'owner', 'signatory']),
  ADD CONSTRAINT dossier_person_names CHECK (length(name_original) BETWEEN 1 AND 200 AND length(name_latin) BETWEEN 1 AND 200),
  ADD CONSTRAINT dossier_person_removal CHECK (num_nulls(removed_by, removed_at) IN (0, 2));
ALTER TABLE dossier_bank_account
  ADD CONSTRAINT dossier_bank_account_fingerprint CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT dossier_bank_account_verification CHECK (num_nulls(verified_by_id, verified_at, verification_method, verification_note) IN (0, 4)),
  ADD CONSTRAINT dossier_bank_account_replacement CHECK (num_nulls(replaced_by, replaced_at) IN (0, 2)),
  -- Whoever entered the account never says that it is right.
  ADD CONSTRAINT dossier_bank_account_second_person CHECK (verified_by_id::text <> entered_by);
CREATE UNIQUE INDEX dossier_bank_account_in_force ON dossier_bank_account (aid_group_id) WHERE replaced_at IS NULL;
CREATE UNIQUE INDEX list_snapshot_one_current ON list_snapshot (source) WHERE status = 'current';
ALTER TABLE dossier_section ADD CONSTRAINT dossier_section_digest CHECK (digest ~ '^[0-9a-f]{64}$');
ALTER TABLE aid_group_cap ADD CONSTRAINT aid_group_cap_positive CHECK (cap_minor > 0);
ALTER TABLE hit_disposition ADD CONSTRAINT hit_disposition_reason CHECK (length(reason) BETWEEN 3 AND 2000);
ALTER TABLE gate_finding ADD CONSTRAINT gate_finding_reason CHECK (length(reason) BETWEEN 3 AND 2000);

DO $$
DECLARE gate record;
BEGIN
  FOR gate IN SELECT tgname, tgrelid::regclass AS held FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (
    'dossier_section'::regclass, 'gate_finding'::regclass, 'aid_group_approval'::regclass, 'aid_group_cap'::regclass, 'screening'::regclass,
    'screening_hit'::regclass, 'hit_disposition'::regclass, 'dossier_person'::regclass, 'dossier_bank_account'::regclass,
    'dossier_reference'::regclass, 'dossier_document'::regclass, 'information_request'::regclass, 'vetting_application'::regclass) LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', gate.held, gate.tgname);
  END LOOP;
END $$;
