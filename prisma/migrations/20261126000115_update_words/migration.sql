-- News of a campaign is as public as its story, and no review comes before it: no prohibited word is in it, and what names goods that
-- can also serve a war waits until another person has read it. Which words those are the database writes down itself.
ALTER TABLE campaign_update ADD COLUMN dual_use text[] NOT NULL DEFAULT '{}';

CREATE FUNCTION campaign_update_is_civilian() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE said text := concat_ws(E'\n', NEW.title, NEW.body_markdown);
BEGIN
  PERFORM purpose_require_civilian(said);
  SELECT coalesce(array_agg(DISTINCT f.found), '{}') INTO NEW.dual_use FROM purpose_findings(said) AS f WHERE f.kind = 'dual_use';
  RETURN NEW;
END $$;
CREATE TRIGGER campaign_update_is_civilian BEFORE INSERT ON campaign_update FOR EACH ROW EXECUTE FUNCTION campaign_update_is_civilian();

CREATE TABLE campaign_update_review (
  update_id uuid PRIMARY KEY,
  verdict text NOT NULL,
  reason text NOT NULL,
  decided_by_id uuid NOT NULL,
  decided_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT campaign_update_review_update_id_fkey FOREIGN KEY (update_id) REFERENCES campaign_update (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
ALTER TABLE campaign_update_review
  ADD CONSTRAINT campaign_update_review_verdict CHECK (verdict IN ('allowed', 'refused')),
  ADD CONSTRAINT campaign_update_review_reason CHECK (length(reason) BETWEEN 3 AND 1000);

-- By a vetting reviewer or treasurer of the chapter who did not write it, as for payments.
CREATE FUNCTION campaign_update_review_rules() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE subject record;
BEGIN
  SELECT u.author_id, u.title, u.body_markdown, u.dual_use, c.chapter_id INTO subject
  FROM campaign_update u JOIN campaign c ON c.id = u.campaign_id WHERE u.id = NEW.update_id;
  IF subject.dual_use IS NULL OR subject.dual_use = '{}' THEN
    RAISE EXCEPTION 'update review: nothing in this update needs one' USING ERRCODE = 'CP113';
  END IF;
  IF NEW.decided_by_id = subject.author_id THEN
    RAISE EXCEPTION 'update review: the author does not review' USING ERRCODE = 'CP113';
  END IF;
  IF is_ahead(NEW.decided_at) THEN
    RAISE EXCEPTION 'update review: is not in the future' USING ERRCODE = 'CP113';
  END IF;
  PERFORM disbursement_require_role(NEW.decided_by_id, subject.chapter_id, 'vetting_reviewer', 'treasurer');
  -- The list may have grown while it waited.
  IF NEW.verdict = 'allowed' THEN
    PERFORM purpose_require_civilian(concat_ws(E'\n', subject.title, subject.body_markdown));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campaign_update_review_rules BEFORE INSERT ON campaign_update_review FOR EACH ROW EXECUTE FUNCTION campaign_update_review_rules();

REVOKE UPDATE, DELETE, TRUNCATE ON campaign_update_review FROM purse_app;
CREATE TRIGGER campaign_update_review_append_only BEFORE UPDATE OR DELETE ON campaign_update_review FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER campaign_update_review_no_truncate BEFORE TRUNCATE ON campaign_update_review FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE campaign_update ENABLE ALWAYS TRIGGER campaign_update_is_civilian;
ALTER TABLE campaign_update_review ENABLE ALWAYS TRIGGER campaign_update_review_rules;
ALTER TABLE campaign_update_review ENABLE ALWAYS TRIGGER campaign_update_review_append_only;
ALTER TABLE campaign_update_review ENABLE ALWAYS TRIGGER campaign_update_review_no_truncate;
