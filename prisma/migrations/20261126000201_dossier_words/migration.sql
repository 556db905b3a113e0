-- What an aid group writes of its work and its deliveries is read by the same list as every payment. A word that could mean an army
-- makes the export-control review a gate, whether or not the group ticked the box.
CREATE FUNCTION aid_group_doubtful_words("group" uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH text_of AS (
    SELECT left(string_agg(leaf #>> '{}', E'\n'), 20000) AS input FROM (VALUES
      (dossier_section_now($1, 'identity') -> 'summary'), (dossier_section_now($1, 'past_work')), (dossier_section_now($1, 'delivery') -> 'intermediaries')
    ) AS part (data), jsonb_path_query(part.data, 'strict $.** ? (@.type() == "string")') AS leaf)
  SELECT string_agg(DISTINCT lower(f.found), ', ') FROM text_of, purpose_findings(text_of.input) AS f
  WHERE f.category NOT IN ('embargoed places', 'near an embargo')
$$;

CREATE OR REPLACE FUNCTION aid_group_gate_basis("group" uuid, gate approval_gate) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT aid_group_digest($1, VARIADIC CASE $2
    WHEN 'legal_existence' THEN ARRAY['identity', 'registration', 'document.registration']
    WHEN 'governing_document' THEN ARRAY['governance', 'document.governing_document']
    WHEN 'controllers' THEN ARRAY['people', 'document.identity_of_person']
    WHEN 'screening' THEN ARRAY['screening']
    WHEN 'bank_account' THEN ARRAY['bank', 'identity', 'document.bank_letter']
    WHEN 'references' THEN ARRAY['references']
    WHEN 'past_work' THEN ARRAY['past_work', 'document.past_work']
    WHEN 'end_use' THEN ARRAY['end_use', 'document.end_use_statement']
    WHEN 'export_control' THEN ARRAY['end_use', 'delivery', 'past_work', 'identity', 'document.licence']
    WHEN 'region' THEN ARRAY['delivery', 'past_work', 'document.licence']
    WHEN 'safeguarding' THEN ARRAY['safeguarding', 'document.safeguarding_policy']
    WHEN 'conflicts' THEN ARRAY['conflicts', 'people']
    WHEN 'agreement' THEN ARRAY['agreement', 'document.agreement']
    WHEN 'risk_tier' THEN ARRAY['identity', 'registration', 'past_work', 'delivery', 'end_use', 'people'] END)
$$;

CREATE OR REPLACE FUNCTION aid_group_gate_facts("group" uuid, at timestamptz)
RETURNS TABLE (gate approval_gate, missing text, is_red boolean, is_judged boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held aid_group%ROWTYPE; account dossier_bank_account%ROWTYPE;
  kinds text[] := ARRAY(SELECT d.kind::text FROM dossier_document AS d WHERE d.aid_group_id = $1 AND d.removed_at IS NULL);
  people_roles text[] := ARRAY(SELECT unnest(p.roles) FROM dossier_person AS p WHERE p.aid_group_id = $1 AND p.removed_at IS NULL);
  identity jsonb := dossier_section_now($1, 'identity'); end_use jsonb := dossier_section_now($1, 'end_use');
  agreement jsonb := dossier_section_now($1, 'agreement'); embargoed text := aid_group_embargoed_areas($1);
  doubtful text := aid_group_doubtful_areas($1); worded text := aid_group_doubtful_words($1);
  screened text := aid_group_screening_gap($1, $2); own_names text[]; confirming bigint;
BEGIN
  SELECT * INTO held FROM aid_group AS g WHERE g.id = $1;
  SELECT * INTO account FROM dossier_bank_account AS b WHERE b.aid_group_id = $1 AND b.replaced_at IS NULL;
  own_names := ARRAY[lower(btrim(held.name)), lower(btrim(held.legal_name)), lower(btrim(identity ->> 'legalName')), lower(btrim(identity ->> 'legalNameLatin'))];
  SELECT count(DISTINCT lower(btrim(r.email))) INTO confirming FROM dossier_reference AS r WHERE r.aid_group_id = $1 AND r.removed_at IS NULL
    AND r.confirms AND r.answered_at IS NOT NULL AND coalesce(r.answer ->> 'isIndependent', 'true') <> 'false';

  gate := 'legal_existence'; is_red := false; is_judged := true;
  missing := nullif(concat_ws(' ',
    CASE WHEN NOT dossier_section_is_complete($1, 'identity') THEN 'The identity of the organization is not complete.' END,
    CASE WHEN NOT dossier_section_is_complete($1, 'registration') THEN 'The registration is not complete.' END,
    CASE WHEN NOT 'registration' = ANY (kinds) THEN 'An extract of the register is missing.' END), '');
  RETURN NEXT;
  gate := 'governing_document';
  missing := nullif(concat_ws(' ',
    CASE WHEN NOT dossier_section_is_complete($1, 'governance') THEN 'The part about the governing document is not complete.' END,
    CASE WHEN (dossier_section_now($1, 'governance') ->> 'hasDissolutionClause') IS DISTINCT FROM 'true'
      THEN 'It has no clause on what happens to the assets at dissolution.' END,
    CASE WHEN NOT 'governing_document' = ANY (kinds) THEN 'The governing document itself is missing.' END), '');
  RETURN NEXT;
  gate := 'controllers';
  missing := nullif(concat_ws(' ',
    CASE WHEN NOT 'controller' = ANY (people_roles) THEN 'Nobody who controls the organization is named.' END,
    CASE WHEN NOT 'signatory' = ANY (people_roles) THEN 'Nobody who signs for the organization is named.' END), '');
  RETURN NEXT;
  gate := 'screening'; is_judged := false; is_red := coalesce(screened = 'screening_hit', false);
  missing := aid_group_screening_missing($1, screened);
  RETURN NEXT;
  -- In the organization's own name; where the bank writes it otherwise, a person says that it is the same.
  gate := 'bank_account'; is_red := coalesce(account.verified_by_id = held.nominated_by_id, false);
  is_judged := account.id IS NOT NULL AND NOT coalesce(lower(btrim(account.holder_name)) = ANY (own_names), false);
  missing := CASE WHEN account.id IS NULL THEN 'No bank account has been entered.'
    WHEN account.verified_by_id IS NULL THEN 'A second person has not verified the bank account yet.'
    WHEN account.verified_by_id = held.nominated_by_id THEN 'Whoever nominated the aid group verified its bank account.' END;
  RETURN NEXT;
  gate := 'references'; is_red := false; is_judged := true;
  missing := CASE WHEN confirming < 2 THEN format('%s of 2 independent references have confirmed it.', confirming) END;
  RETURN NEXT;
  gate := 'past_work';
  missing := nullif(concat_ws(' ',
    CASE WHEN NOT dossier_section_is_complete($1, 'past_work') THEN 'The part about past work is not complete.' END,
    CASE WHEN NOT 'past_work' = ANY (kinds) THEN 'Evidence of past work is missing.' END), '');
  RETURN NEXT;
  gate := 'end_use';
  missing := CASE WHEN NOT dossier_section_is_complete($1, 'end_use') OR coalesce(btrim(end_use ->> 'signedName'), '') = ''
      OR coalesce(end_use ->> 'statementSha256', '') !~ '^[0-9a-f]{64}$' THEN 'The end-use statement is not signed.' END;
  RETURN NEXT;
  gate := 'export_control';
  is_judged := coalesce(end_use ->> 'hasDualUse', 'false') = 'true' OR coalesce(jsonb_array_length(CASE jsonb_typeof(end_use -> 'dualUseItems')
    WHEN 'array' THEN end_use -> 'dualUseItems' END), 0) > 0 OR worded IS NOT NULL;
  missing := CASE WHEN end_use IS NULL THEN 'The dossier does not say yet whether any of the goods could serve an army as well.' END;
  RETURN NEXT;
  gate := 'region'; is_judged := embargoed IS NOT NULL OR doubtful IS NOT NULL; is_red := embargoed IS NOT NULL AND NOT aid_group_has_licence($1);
  missing := CASE WHEN NOT dossier_section_is_complete($1, 'delivery') THEN 'The part about delivery is not complete.'
    WHEN is_red THEN format('Under an embargo: %s. No licence for it is recorded.', embargoed) END;
  RETURN NEXT;
  gate := 'safeguarding'; is_red := false; is_judged := true;
  missing := CASE WHEN NOT dossier_section_is_complete($1, 'safeguarding') OR (dossier_section_now($1, 'safeguarding') ->> 'hasPolicy') IS DISTINCT FROM 'true'
    THEN 'There is no safeguarding policy.' END;
  RETURN NEXT;
  gate := 'conflicts';
  is_judged := coalesce(jsonb_array_length(CASE jsonb_typeof(dossier_section_now($1, 'conflicts') -> 'declarations')
    WHEN 'array' THEN dossier_section_now($1, 'conflicts') -> 'declarations' END), 0) > 0;
  missing := CASE WHEN NOT dossier_section_is_complete($1, 'conflicts') THEN 'Conflicts of interest are not declared.' END;
  RETURN NEXT;
  gate := 'agreement'; is_judged := false;
  missing := CASE WHEN NOT dossier_section_is_complete($1, 'agreement') OR coalesce(btrim(agreement ->> 'signedName'), '') = ''
      OR coalesce(agreement ->> 'agreementSha256', '') !~ '^[0-9a-f]{64}$' THEN 'The agreement is not signed.' END;
  RETURN NEXT;
  gate := 'risk_tier'; is_judged := true; missing := NULL;
  RETURN NEXT;
END $$;

CREATE OR REPLACE FUNCTION aid_group_approval_gaps("group" uuid, at timestamptz) RETURNS TABLE (gate approval_gate, state text, missing text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE fact record; finding gate_finding; fits boolean;
BEGIN
  FOR fact IN SELECT * FROM aid_group_gate_facts($1, $2) LOOP
    finding := aid_group_finding($1, fact.gate);
    fits := finding.basis IS NOT DISTINCT FROM aid_group_gate_basis($1, fact.gate);
    gate := fact.gate; state := 'green'; missing := NULL;
    IF finding.verdict = 'failed' AND fits THEN
      state := 'red'; missing := concat_ws(' ', fact.missing, 'The reviewer found: ' || finding.reason);
    ELSIF fact.missing IS NOT NULL THEN
      state := CASE WHEN fact.is_red THEN 'red' ELSE 'open' END; missing := fact.missing;
    ELSIF fact.is_judged AND finding.id IS NULL THEN
      state := 'open'; missing := CASE fact.gate
        WHEN 'risk_tier' THEN 'A reviewer has not set the risk yet.'
        WHEN 'bank_account' THEN 'The account is in another name: a reviewer has not said yet that it is the organization’s own.'
        WHEN 'export_control' THEN concat_ws(' ', 'The dossier speaks of what could serve an army as well', '(' || aid_group_doubtful_words($1) || ')') || ': the export-control review is missing.'
        WHEN 'region' THEN format('A reviewer has not said yet what these places are: %s.', concat_ws(', ', aid_group_embargoed_areas($1), aid_group_doubtful_areas($1)))
        ELSE 'A reviewer has not said yet that it is met.' END;
    ELSIF fact.is_judged AND NOT fits THEN
      state := 'open'; missing := 'The dossier has changed since a reviewer looked at this.';
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;
