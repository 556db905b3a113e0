-- Names of carriers as people write them, and who may not answer as a reference.

-- Each line as it stands, and what its commas and its "and" part: "A, B and C" is three carriers, "Smith and Sons" is one, and
-- which of the two it is nobody can tell. Of a text that is no name the beginning is asked, so that none is left out in silence.
CREATE FUNCTION carriers_of(written text) RETURNS SETOF text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  WITH line AS (SELECT btrim(split.said, E' \t\r') AS said FROM regexp_split_to_table($1, '[;\n]') AS split (said)),
  named AS (
    SELECT line.said AS name FROM line WHERE length(line.said) <= 120
    UNION SELECT left(btrim(split.piece), 120) FROM line,
      regexp_split_to_table(line.said, ',|[[:space:]]+(and|та|і|й|и|y|&)[[:space:]]+', 'i') AS split (piece))
  SELECT named.name FROM named WHERE named.name ~ '[^[:space:][:punct:]]'
$$;

-- As before, with every carrier.
CREATE OR REPLACE FUNCTION aid_group_names("group" uuid) RETURNS TABLE (name text, kind text, person_id uuid, birth_date date, country text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH held AS (SELECT g.id, g.name, g.legal_name, g.public_alias, g.country FROM aid_group AS g WHERE g.id = $1),
  said AS (
    SELECT DISTINCT ON (s.section) s.section, s.data FROM dossier_section AS s WHERE s.aid_group_id = $1 ORDER BY s.section, s.version DESC),
  identity AS (
    SELECT s.data FROM dossier_section AS s WHERE s.aid_group_id = $1 AND s.section = 'identity' ORDER BY s.version DESC LIMIT 1),
  borne AS (
    SELECT held.name, 'organization' AS kind, NULL::uuid AS person_id, NULL::date AS birth_date, held.country FROM held
    UNION ALL SELECT held.legal_name, 'organization', NULL, NULL, held.country FROM held
    UNION ALL SELECT held.public_alias, 'organization', NULL, NULL, held.country FROM held
    UNION ALL SELECT written.name, 'organization', NULL, NULL, held.country
      FROM held, identity, unnest(ARRAY[identity.data ->> 'legalName', identity.data ->> 'legalNameLatin']) AS written (name)
    UNION ALL SELECT other.name, 'organization', NULL, NULL, held.country
      FROM held, identity, jsonb_array_elements_text(CASE jsonb_typeof(identity.data -> 'otherNames')
        WHEN 'array' THEN identity.data -> 'otherNames' ELSE '[]' END) AS other (name)
    UNION ALL SELECT identity.data ->> 'contactName', 'person', NULL, NULL, NULL FROM identity
    UNION ALL SELECT written.name, 'person', p.id, p.birth_date, coalesce(p.nationality, p.country)
      FROM dossier_person AS p, unnest(ARRAY[p.name_original, p.name_latin] || p.aliases) AS written (name)
      WHERE p.aid_group_id = $1 AND p.removed_at IS NULL
    UNION ALL SELECT written.name, 'other', NULL, NULL, b.bank_country
      FROM dossier_bank_account AS b, unnest(ARRAY[b.holder_name, b.bank_name]) AS written (name)
      WHERE b.aid_group_id = $1 AND b.replaced_at IS NULL
    -- Whoever carries the aid, whom it worked with, who signed and who speaks for it.
    UNION ALL SELECT carrier, 'other', NULL, NULL, NULL FROM said, carriers_of(said.data ->> 'intermediaries') AS carrier
      WHERE said.section = 'delivery'
    UNION ALL SELECT example.value ->> 'partner', 'other', NULL, NULL, NULL FROM said, jsonb_array_elements(CASE jsonb_typeof(said.data -> 'examples')
      WHEN 'array' THEN said.data -> 'examples' ELSE '[]' END) AS example WHERE said.section = 'past_work'
    UNION ALL SELECT said.data ->> 'signedName', 'person', NULL, NULL, NULL FROM said WHERE said.section IN ('end_use', 'agreement')
    UNION ALL SELECT r.name, 'person', NULL, NULL, NULL FROM dossier_reference AS r WHERE r.aid_group_id = $1 AND r.removed_at IS NULL
    UNION ALL SELECT r.organization, 'other', NULL, NULL, NULL FROM dossier_reference AS r WHERE r.aid_group_id = $1 AND r.removed_at IS NULL)
  -- Who is named twice is looked for once: the contact who is one of the people, the holder who is the organization.
  SELECT DISTINCT btrim(borne.name), borne.kind, borne.person_id, borne.birth_date, borne.country
  FROM borne WHERE btrim(borne.name) <> '' AND NOT EXISTS (
    SELECT FROM borne AS same WHERE lower(btrim(same.name)) = lower(btrim(borne.name)) AND (
      (borne.kind = 'person' AND borne.person_id IS NULL AND same.person_id IS NOT NULL)
      OR (borne.kind = 'other' AND same.kind = 'organization')))
$$;

-- An independent reference is nobody of the chapter that decides and not who nominated the group. Who answered stands in the audit
-- log, in the transaction of the answer.
CREATE FUNCTION audit_event_answerer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE person uuid := person_of_actor(NEW.actor_id);
BEGIN
  IF EXISTS (SELECT FROM aid_group AS g WHERE g.id = NEW.subject_id::uuid AND (g.nominated_by_id = person OR EXISTS (
      SELECT FROM chapter_role AS held WHERE held.chapter_id = g.chapter_id AND held.user_id = person AND held.revoked_at IS NULL))) THEN
    RAISE EXCEPTION 'reference: nobody of the chapter and not the nominator answers' USING ERRCODE = 'CP327';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_event_answerer BEFORE INSERT ON audit_event FOR EACH ROW
  WHEN (NEW.action = 'aid_group.answer_reference') EXECUTE FUNCTION audit_event_answerer();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_answerer;
