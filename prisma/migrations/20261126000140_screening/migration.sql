-- A name in letters that no table reads is compared with nothing, so no match is no answer: it is a finding of its own, that
-- a person has to dispose of as of a hit. Such a row names the scripts and no entry of a list.
ALTER TABLE screening_hit ALTER COLUMN source DROP NOT NULL;
ALTER TABLE screening_hit ADD COLUMN "unread_scripts" TEXT[];
ALTER TABLE screening_hit ADD CONSTRAINT screening_hit_unread
  CHECK ((source IS NULL) = (coalesce(cardinality(unread_scripts), 0) > 0));

-- Why the screening of an aid group does not allow money at that moment, or NULL: no list in force or one not looked at,
-- names that are newer than the screening, names whose letters were compared with nothing while nobody was asked about
-- them, 30 days, a hit or an unread name that nobody has disposed of.
CREATE OR REPLACE FUNCTION aid_group_screening_gap("group" uuid, at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE latest screening%ROWTYPE;
BEGIN
  SELECT * INTO latest FROM screening AS s WHERE s.aid_group_id = $1 ORDER BY s.at DESC, s.id DESC LIMIT 1;
  IF NOT FOUND OR NOT EXISTS (SELECT FROM list_snapshot AS l WHERE l.status = 'current') THEN RETURN 'screening_list'; END IF;
  IF EXISTS (SELECT FROM list_snapshot AS l WHERE l.status = 'current' AND NOT l.id = ANY (latest.snapshot_ids))
     OR latest.names_digest <> aid_group_names_digest($1) THEN RETURN 'screening_list'; END IF;
  -- A screening from before unread names were findings, or one that lost them, is made anew.
  IF EXISTS (SELECT FROM jsonb_array_elements(latest.names) AS asked
             WHERE coalesce(jsonb_array_length(asked -> 'unsupportedScripts'), 0) > 0 AND NOT EXISTS (
               SELECT FROM screening_hit AS h
               WHERE h.screening_id = latest.id AND h.source IS NULL AND h.query_name = asked ->> 'name'))
     OR (coalesce(cardinality(latest.unsupported_scripts), 0) > 0 AND NOT EXISTS (
           SELECT FROM screening_hit AS h WHERE h.screening_id = latest.id AND h.source IS NULL)) THEN RETURN 'screening_list'; END IF;
  IF latest.at < $2 - interval '30 days' THEN RETURN 'screening_age'; END IF;
  IF EXISTS (SELECT FROM screening_hit AS h WHERE h.screening_id = latest.id
             AND screening_hit_answer($1, h.hit_key, h.blocks) <> 'false_positive') THEN RETURN 'screening_hit'; END IF;
  RETURN NULL;
END $$;

-- The same in words for the desk, from what aid_group_screening_gap answered; NULL when nothing is missing.
CREATE FUNCTION aid_group_screening_missing("group" uuid, gap text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH open AS (
    SELECT h.source, h.unread_scripts FROM screening_hit AS h
    WHERE h.screening_id = (SELECT s.id FROM screening AS s WHERE s.aid_group_id = $1 ORDER BY s.at DESC, s.id DESC LIMIT 1)
      AND screening_hit_answer($1, h.hit_key, h.blocks) <> 'false_positive')
  SELECT CASE $2
    WHEN 'screening_list' THEN 'Not every name was compared with the lists that are in force now.'
    WHEN 'screening_age' THEN 'The screening is older than 30 days.'
    WHEN 'screening_hit' THEN concat_ws(' ',
      CASE WHEN EXISTS (SELECT FROM open WHERE open.source IS NOT NULL)
        THEN 'A hit on a sanctions list is not answered, or is a true match.' END,
      (SELECT format('A name was compared with nothing, since its letters cannot be read (%s): a person has to say who it is.',
         string_agg(DISTINCT script, ', ')) FROM open, unnest(open.unread_scripts) AS script HAVING count(*) > 0)) END
$$;

-- What the dossier itself says to each gate, before anybody's judgement: `missing` in words or NULL, `is_red` where it
-- says no instead of nothing, `is_judged` where a person has to say yes as well.
CREATE OR REPLACE FUNCTION aid_group_gate_facts("group" uuid, at timestamptz)
RETURNS TABLE (gate approval_gate, missing text, is_red boolean, is_judged boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held aid_group%ROWTYPE; account dossier_bank_account%ROWTYPE;
  kinds text[] := ARRAY(SELECT d.kind::text FROM dossier_document AS d WHERE d.aid_group_id = $1 AND d.removed_at IS NULL);
  people_roles text[] := ARRAY(SELECT unnest(p.roles) FROM dossier_person AS p WHERE p.aid_group_id = $1 AND p.removed_at IS NULL);
  identity jsonb := dossier_section_now($1, 'identity'); end_use jsonb := dossier_section_now($1, 'end_use');
  agreement jsonb := dossier_section_now($1, 'agreement'); embargoed text := aid_group_embargoed_areas($1);
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
    WHEN 'array' THEN end_use -> 'dualUseItems' END), 0) > 0;
  missing := CASE WHEN end_use IS NULL THEN 'The dossier does not say yet whether any of the goods could serve an army as well.' END;
  RETURN NEXT;
  gate := 'region'; is_judged := embargoed IS NOT NULL; is_red := embargoed IS NOT NULL AND NOT aid_group_has_licence($1);
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
