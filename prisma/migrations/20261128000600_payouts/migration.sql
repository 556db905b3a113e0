-- A CSV that was read by a wrong mapping brought lines that the bank never wrote. As long as nothing is matched to any of them, a treasurer
-- takes the statement back, with a reason. It stays on record with its lines and its file; the file, and lines equal to these, may come again.
ALTER TABLE bank_statement ADD COLUMN withdrawn_at timestamptz(3), ADD COLUMN withdrawn_by_id text,
  ADD COLUMN withdrawn_reason text CHECK (length(withdrawn_reason) BETWEEN 1 AND 500),
  ADD CONSTRAINT bank_statement_withdrawn CHECK (num_nulls(withdrawn_at, withdrawn_by_id, withdrawn_reason) IN (0, 3));
ALTER TABLE bank_line ADD COLUMN withdrawn boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT bank_line_withdrawn_unmatched CHECK (NOT withdrawn OR match_id IS NULL);
DROP INDEX bank_statement_bank_account_id_file_sha256_position_key;
CREATE UNIQUE INDEX bank_statement_bank_account_id_file_sha256_position_key ON bank_statement (bank_account_id, file_sha256, position)
  WHERE withdrawn_at IS NULL;
DROP INDEX bank_line_bank_account_id_identity_key;
CREATE UNIQUE INDEX bank_line_bank_account_id_identity_key ON bank_line (bank_account_id, identity) WHERE NOT withdrawn;
DROP INDEX bank_line_open;
CREATE INDEX bank_line_open ON bank_line (bank_account_id, booked_on) WHERE match_id IS NULL AND NOT withdrawn;

-- Once, and nothing else of it: what the bank wrote stays as it was written.
CREATE FUNCTION bank_statement_keeps_its_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
    OR to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason']
      IS DISTINCT FROM to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason'] THEN
    PERFORM bank_rule_broken('a statement is withdrawn once, and is else as the bank wrote it');
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION bank_statement_takes_its_lines() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE bank_line SET withdrawn = true WHERE statement_id = NEW.id;
  RETURN NULL;
END $$;
DROP TRIGGER bank_statement_kept ON bank_statement;
CREATE TRIGGER bank_statement_kept BEFORE DELETE ON bank_statement FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_statement_keeps_its_facts BEFORE UPDATE ON bank_statement FOR EACH ROW EXECUTE FUNCTION bank_statement_keeps_its_facts();
CREATE TRIGGER bank_statement_takes_its_lines AFTER UPDATE ON bank_statement FOR EACH ROW EXECUTE FUNCTION bank_statement_takes_its_lines();
ALTER TABLE bank_statement ENABLE ALWAYS TRIGGER bank_statement_kept, ENABLE ALWAYS TRIGGER bank_statement_keeps_its_facts,
  ENABLE ALWAYS TRIGGER bank_statement_takes_its_lines;
GRANT UPDATE (withdrawn_at, withdrawn_by_id, withdrawn_reason) ON bank_statement TO purse_app;

-- A line is withdrawn exactly where its statement is.
CREATE OR REPLACE FUNCTION bank_line_keeps_its_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF to_jsonb(OLD) - ARRAY['match_id', 'withdrawn'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['match_id', 'withdrawn'] THEN
    PERFORM bank_rule_broken('a line stays as the bank wrote it');
  END IF;
  IF NEW.withdrawn IS DISTINCT FROM (SELECT s.withdrawn_at IS NOT NULL FROM bank_statement s WHERE s.id = NEW.statement_id) THEN
    PERFORM bank_rule_broken('a line is withdrawn with its statement');
  END IF;
  IF OLD.match_id IS NOT NULL AND NEW.match_id IS NOT NULL AND OLD.match_id <> NEW.match_id THEN
    PERFORM bank_rule_broken('a matched line is unmatched first');
  END IF;
  RETURN NEW;
END $$;
