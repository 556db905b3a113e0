-- What the list is for: no line of a disbursement holds a prohibited word, and none with a dual-use word is approved before
-- another person has looked at that very version. These hold when somebody writes SQL by hand, too.
CREATE TABLE purpose_review (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  disbursement_id uuid NOT NULL,
  version integer NOT NULL,
  word_ids uuid[] NOT NULL,
  words text[] NOT NULL,
  verdict text NOT NULL,
  reason text NOT NULL,
  decided_by_id uuid NOT NULL,
  decided_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT purpose_review_disbursement_id_fkey FOREIGN KEY (disbursement_id) REFERENCES disbursement (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX purpose_review_disbursement_id_version_key ON purpose_review (disbursement_id, version);
ALTER TABLE purpose_review
  ADD CONSTRAINT purpose_review_verdict CHECK (verdict IN ('allowed', 'refused')),
  ADD CONSTRAINT purpose_review_reason CHECK (length(reason) BETWEEN 3 AND 1000);

-- Everything that a disbursement says of itself, place by place: 0 is the purpose, then its lines by position.
CREATE FUNCTION purpose_findings_of(disbursement uuid)
RETURNS TABLE (place integer, word_id uuid, language text, word text, kind text, category text, found text, at integer)
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT said.place, f.* FROM (
    SELECT 0 AS place, d.purpose AS said FROM disbursement d WHERE d.id = purpose_findings_of.disbursement
    UNION ALL SELECT l.position, l.description FROM disbursement_line l WHERE l.disbursement_id = purpose_findings_of.disbursement
  ) AS said, LATERAL purpose_findings(said.said) AS f ORDER BY said.place, f.at
$$;

CREATE FUNCTION purpose_require_civilian(said text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE finding record;
BEGIN
  SELECT * INTO finding FROM purpose_findings(said) WHERE kind = 'prohibited' LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'purpose: "%" is never paid for (%)', finding.found, finding.category USING ERRCODE = 'CP110', DETAIL = 'prohibited_purpose';
  END IF;
END $$;

CREATE FUNCTION disbursement_is_civilian() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM purpose_require_civilian(NEW.purpose);
  RETURN NEW;
END $$;
CREATE FUNCTION disbursement_line_is_civilian() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM purpose_require_civilian(NEW.description);
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_is_civilian BEFORE INSERT OR UPDATE OF purpose ON disbursement FOR EACH ROW EXECUTE FUNCTION disbursement_is_civilian();
CREATE TRIGGER disbursement_line_is_civilian BEFORE INSERT OR UPDATE OF description ON disbursement_line FOR EACH ROW EXECUTE FUNCTION disbursement_line_is_civilian();

-- The list may have grown since the request: what is prohibited by now is refused, and a review counts for the words it was about.
CREATE FUNCTION disbursement_purpose_gate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE finding record;
BEGIN
  FOR finding IN SELECT * FROM purpose_findings_of(NEW.id) ORDER BY kind DESC LOOP
    IF finding.kind = 'prohibited' THEN
      RAISE EXCEPTION 'purpose: "%" is never paid for (%)', finding.found, finding.category USING ERRCODE = 'CP110', DETAIL = 'prohibited_purpose';
    END IF;
    IF NOT EXISTS (
      SELECT FROM purpose_review r WHERE r.disbursement_id = NEW.id AND r.version = OLD.version AND r.verdict = 'allowed'
        AND r.decided_by_id <> NEW.requested_by_id AND finding.word_id = ANY (r.word_ids)) THEN
      RAISE EXCEPTION 'purpose: "%" can also serve a war (%); another person looks at it first', finding.found, finding.category
        USING ERRCODE = 'CP111', DETAIL = 'dual_use_review';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_purpose_gate BEFORE UPDATE ON disbursement FOR EACH ROW
  WHEN (OLD.status = 'requested' AND NEW.status = 'approved') EXECUTE FUNCTION disbursement_purpose_gate();

CREATE FUNCTION campaign_is_civilian() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE line record;
BEGIN
  PERFORM purpose_require_civilian(concat_ws(E'\n', NEW.title, NEW.summary, NEW.story_markdown));
  FOR line IN SELECT description FROM budget_line WHERE campaign_id = NEW.id LOOP
    PERFORM purpose_require_civilian(line.description);
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER campaign_is_civilian BEFORE UPDATE ON campaign FOR EACH ROW
  WHEN (OLD.status IN ('draft', 'in_review') AND NEW.status NOT IN ('draft', OLD.status)) EXECUTE FUNCTION campaign_is_civilian();

-- A review is of the version that waits now, by a vetting reviewer or treasurer of the chapter who did not ask for the money.
-- Which words it was about the database writes down itself.
CREATE FUNCTION purpose_review_rules() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE subject record;
BEGIN
  SELECT d.status, d.version, d.requested_by_id, c.chapter_id INTO subject
  FROM disbursement d JOIN campaign c ON c.id = d.campaign_id WHERE d.id = NEW.disbursement_id FOR SHARE OF d;
  IF subject.status IS DISTINCT FROM 'requested' OR subject.version <> NEW.version THEN
    RAISE EXCEPTION 'purpose review: is of the version that waits for approval' USING ERRCODE = 'CP113';
  END IF;
  IF NEW.decided_by_id = subject.requested_by_id THEN
    RAISE EXCEPTION 'purpose review: the requester does not review' USING ERRCODE = 'CP113';
  END IF;
  IF is_ahead(NEW.decided_at) THEN
    RAISE EXCEPTION 'purpose review: is not in the future' USING ERRCODE = 'CP113';
  END IF;
  PERFORM disbursement_require_role(NEW.decided_by_id, subject.chapter_id, 'vetting_reviewer', 'treasurer');
  SELECT array_agg(DISTINCT f.word_id), array_agg(DISTINCT f.found) INTO NEW.word_ids, NEW.words
  FROM purpose_findings_of(NEW.disbursement_id) AS f WHERE f.kind = 'dual_use';
  IF NEW.word_ids IS NULL THEN
    RAISE EXCEPTION 'purpose review: nothing in this disbursement needs one' USING ERRCODE = 'CP113';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER purpose_review_rules BEFORE INSERT ON purpose_review FOR EACH ROW EXECUTE FUNCTION purpose_review_rules();

REVOKE UPDATE, DELETE, TRUNCATE ON purpose_review FROM purse_app;
CREATE TRIGGER purpose_review_append_only BEFORE UPDATE OR DELETE ON purpose_review FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purpose_review_no_truncate BEFORE TRUNCATE ON purpose_review FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DO $$
DECLARE gate record;
BEGIN
  FOR gate IN SELECT tgname, tgrelid::regclass AS held FROM pg_trigger WHERE NOT tgisinternal AND (tgrelid = 'purpose_review'::regclass
    OR tgname IN ('disbursement_is_civilian', 'disbursement_line_is_civilian', 'disbursement_purpose_gate', 'campaign_is_civilian')) LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', gate.held, gate.tgname);
  END LOOP;
END $$;
