-- Whoever made a link that nobody mailed has held it: what came through it counts as entered by them, so another person
-- verifies the account. The same rule as findWriter in lib/vetting.
CREATE FUNCTION bank_link_holder_wall() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM vetting_application AS a
      WHERE 'applicant:' || a.id = NEW.entered_by AND a.contact_email IS NULL AND a.invited_by_id = NEW.verified_by_id) THEN
    RAISE EXCEPTION 'bank account: whoever held the link it was entered through does not verify it' USING ERRCODE = 'CP322';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER bank_link_holder_wall BEFORE UPDATE OF verified_by_id ON dossier_bank_account FOR EACH ROW
  WHEN (OLD.verified_by_id IS NULL) EXECUTE FUNCTION bank_link_holder_wall();
ALTER TABLE dossier_bank_account ENABLE ALWAYS TRIGGER bank_link_holder_wall;
