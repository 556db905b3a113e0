-- A list that a person sends is kept first and read by the worker: nobody's request waits for it, and a worker that was
-- killed begins again with the same bytes.

-- CreateTable
CREATE TABLE "list_upload" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "source" "list_source" NOT NULL,
    "file_name" TEXT NOT NULL,
    "byte_count" INTEGER NOT NULL,
    "by" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stage" TEXT NOT NULL DEFAULT 'waiting',
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL DEFAULT 0,
    "finished_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "message" TEXT,
    "snapshot_id" UUID,

    CONSTRAINT "list_upload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "list_upload_part" (
    "id" BIGSERIAL NOT NULL,
    "upload_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "file_place" INTEGER NOT NULL,
    "part_place" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "list_upload_part_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "list_upload_finished_at_idx" ON "list_upload"("finished_at");

-- CreateIndex
CREATE UNIQUE INDEX "list_upload_part_upload_id_file_place_part_place_key" ON "list_upload_part"("upload_id", "file_place", "part_place");

-- AddForeignKey
ALTER TABLE "list_upload" ADD CONSTRAINT "list_upload_snapshot_id_fkey" FOREIGN KEY ("snapshot_id") REFERENCES "list_snapshot"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "list_upload_part" ADD CONSTRAINT "list_upload_part_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "list_upload"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE list_upload
  ADD CONSTRAINT list_upload_stage CHECK (stage IN ('waiting', 'reading', 'writing', 'done')),
  ADD CONSTRAINT list_upload_progress CHECK (done BETWEEN 0 AND total),
  ADD CONSTRAINT list_upload_end CHECK ((stage = 'done') = (outcome IS NOT NULL) AND (outcome IS NULL) = (finished_at IS NULL)),
  ADD CONSTRAINT list_upload_outcome CHECK (outcome IN ('current', 'awaiting_word', 'unchanged', 'failed')),
  ADD CONSTRAINT list_upload_failure CHECK (coalesce(outcome = 'failed', false) = (message IS NOT NULL)),
  ADD CONSTRAINT list_upload_snapshot CHECK (coalesce(outcome <> 'failed', false) = (snapshot_id IS NOT NULL));

-- Who sent what never changes; how far it is does, until it has ended.
CREATE FUNCTION list_upload_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.source, NEW.file_name, NEW.byte_count, NEW."by", NEW.at)
     IS DISTINCT FROM (OLD.id, OLD.source, OLD.file_name, OLD.byte_count, OLD."by", OLD.at) THEN
    RAISE EXCEPTION 'list upload: what was sent never changes' USING ERRCODE = 'CP301';
  END IF;
  IF OLD.finished_at IS NOT NULL THEN
    RAISE EXCEPTION 'list upload: what came of it is written once' USING ERRCODE = 'CP301';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER list_upload_guard BEFORE UPDATE ON list_upload FOR EACH ROW EXECUTE FUNCTION list_upload_guard();

-- The bytes go once they have been read, and not before.
CREATE FUNCTION list_upload_part_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM list_upload AS u WHERE u.id = OLD.upload_id AND u.finished_at IS NULL) THEN
    RAISE EXCEPTION 'list upload: a file waits until it has been read' USING ERRCODE = 'CP301';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER list_upload_part_guard BEFORE DELETE ON list_upload_part FOR EACH ROW EXECUTE FUNCTION list_upload_part_guard();
REVOKE DELETE, TRUNCATE ON list_upload FROM purse_app;
REVOKE UPDATE, TRUNCATE ON list_upload_part FROM purse_app;
