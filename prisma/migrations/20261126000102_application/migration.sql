-- Mails to a reference after the first one: reminders by themselves and what somebody sent again. Each carries a link of its
-- own, since the token of the first one is kept nowhere.

-- CreateEnum
CREATE TYPE "reference_mail_kind" AS ENUM ('first_reminder', 'second_reminder', 'again');

-- CreateTable
CREATE TABLE "reference_mail" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "reference_id" UUID NOT NULL,
    "kind" "reference_mail_kind" NOT NULL,
    "token_hash" TEXT NOT NULL,
    "sent_by" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reference_mail_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "reference_mail_token_hash_key" ON "reference_mail"("token_hash");

-- CreateIndex
CREATE INDEX "reference_mail_reference_id_idx" ON "reference_mail"("reference_id");

-- AddForeignKey
ALTER TABLE "reference_mail" ADD CONSTRAINT "reference_mail_reference_id_fkey" FOREIGN KEY ("reference_id") REFERENCES "dossier_reference"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE reference_mail ADD CONSTRAINT reference_mail_token CHECK (token_hash ~ '^[0-9a-f]{64}$');
-- Each reminder once, whatever number of workers looks.
CREATE UNIQUE INDEX reference_mail_reminder_once ON reference_mail (reference_id, kind) WHERE kind <> 'again';
REVOKE UPDATE, DELETE, TRUNCATE ON reference_mail FROM purse_app;
CREATE TRIGGER reference_mail_kept BEFORE UPDATE OR DELETE ON reference_mail FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reference_mail_no_truncate BEFORE TRUNCATE ON reference_mail FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Nobody is reminded who was not asked, has answered, or is no reference any more.
CREATE FUNCTION reference_mail_wall() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM dossier_reference AS r WHERE r.id = NEW.reference_id AND r.asked_at IS NOT NULL AND r.answered_at IS NULL AND r.removed_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'reference mail: this reference is not waited for' USING ERRCODE = 'CP324';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reference_mail_wall BEFORE INSERT ON reference_mail FOR EACH ROW EXECUTE FUNCTION reference_mail_wall();
DO $$
DECLARE gate record;
BEGIN
  FOR gate IN SELECT tgname, tgrelid::regclass AS held FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'reference_mail'::regclass LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', gate.held, gate.tgname);
  END LOOP;
END $$;
