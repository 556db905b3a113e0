-- Also asked of the lists: the public alias, the bank, who carries the aid, whom the group worked with, who signed, and the references.
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
    UNION ALL SELECT carrier, 'other', NULL, NULL, NULL FROM said, regexp_split_to_table(said.data ->> 'intermediaries', '[;\n]') AS carrier
      WHERE said.section = 'delivery' AND length(carrier) <= 120
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
