-- An address is kept in one form, so that one mailbox is one person; no header can start inside it.
ALTER TABLE "user" ADD CONSTRAINT user_email_normalised
  CHECK (email = lower(email) AND length(email) <= 254 AND email ~ '^[!-~]+@[!-~]+$');

-- Only hashes: whoever reads these tables can neither take over a session nor use a sign-in link.
ALTER TABLE session ADD CONSTRAINT session_token_is_hash CHECK (session_token ~ '^[0-9a-f]{64}$');
ALTER TABLE verification_token ADD CONSTRAINT verification_token_is_hash CHECK (token ~ '^[0-9a-f]{64}$');
CREATE INDEX verification_token_expires_idx ON verification_token (expires);
CREATE INDEX session_expires_idx ON session (expires);

-- People are named by the books and the audit log: they are disabled, not deleted.
REVOKE DELETE, TRUNCATE ON "user", chapter_role FROM purse_app;

-- Somebody can always let the next person in. The lock makes two administrators who remove each other take turns.
CREATE FUNCTION keep_one_admin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('keep_one_admin', 0));
  IF NOT EXISTS (SELECT FROM "user" WHERE is_admin AND disabled_at IS NULL) THEN
    RAISE EXCEPTION 'the last instance administrator stays' USING ERRCODE = 'CP020';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER user_keep_one_admin AFTER UPDATE OF is_admin, disabled_at ON "user" FOR EACH ROW
  WHEN (OLD.is_admin AND OLD.disabled_at IS NULL AND NOT (NEW.is_admin AND NEW.disabled_at IS NULL))
  EXECUTE FUNCTION keep_one_admin();
