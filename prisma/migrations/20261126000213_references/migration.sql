-- Who counts as an independent reference, who owns an aid group, and who signed for it.

-- A name or an organization without case, punctuation and the order of its words.
CREATE FUNCTION bare_words(words text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT string_agg(word, ' ' ORDER BY word COLLATE "C") FROM regexp_split_to_table(lower(normalize($1, NFKC)), '[[:space:][:punct:]«»„“”‘’–—]+') AS word WHERE word <> ''
$$;

-- A domain where anybody gets an address says nothing of whom they belong to.
CREATE FUNCTION is_free_mail(domain text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT $1 = ANY (ARRAY['gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'live.com', 'msn.com', 'yahoo.com', 'ymail.com', 'icloud.com', 'me.com',
    'mac.com', 'aol.com', 'mail.com', 'proton.me', 'protonmail.com', 'pm.me', 'tuta.com', 'tutanota.com', 'fastmail.com', 'zoho.com', 'hey.com', 'gmx.com',
    'gmx.net', 'gmx.de', 'gmx.at', 'web.de', 't-online.de', 'posteo.de', 'mailbox.org', 'ukr.net', 'i.ua', 'meta.ua', 'bigmir.net', 'email.ua', 'wp.pl', 'o2.pl',
    'onet.pl', 'interia.pl', 'seznam.cz', 'centrum.cz', 'freemail.hu', 'abv.bg', 'inbox.lv', 'libero.it', 'orange.fr', 'free.fr', 'laposte.net', 'btinternet.com'])
$$;

-- Why somebody is no independent reference of this aid group, or NULL: their address is the group's own or of its domain, they
-- are one of its people, or somebody who works for the chapter.
CREATE FUNCTION reference_tie("group" uuid, email text, name text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH identity AS (SELECT dossier_section_now($1, 'identity') AS data),
  own (email) AS (
    SELECT identity.data ->> 'contactEmail' FROM identity
    UNION SELECT a.contact_email FROM vetting_application AS a WHERE a.aid_group_id = $1),
  domains (domain) AS (
    SELECT split_part(mailbox_of(own.email), '@', 2) FROM own WHERE own.email <> ''
    UNION SELECT regexp_replace(lower(identity.data ->> 'website'), '^(https?://)?(www\.)?([^/:?#]+).*$', '\3') FROM identity WHERE identity.data ->> 'website' <> ''),
  people (name) AS (
    SELECT identity.data ->> 'contactName' FROM identity
    UNION SELECT unnest(ARRAY[p.name_original, p.name_latin] || p.aliases) FROM dossier_person AS p WHERE p.aid_group_id = $1 AND p.removed_at IS NULL)
  SELECT CASE
    WHEN mailbox_of($2) IN (SELECT mailbox_of(own.email) FROM own) THEN 'own'
    WHEN EXISTS (SELECT FROM domains WHERE domains.domain = split_part(mailbox_of($2), '@', 2) AND NOT is_free_mail(domains.domain)) THEN 'own'
    WHEN bare_words($3) IN (SELECT bare_words(people.name) FROM people) THEN 'person'
    WHEN EXISTS (SELECT FROM "user" AS u JOIN chapter_role AS held ON held.user_id = u.id AND held.revoked_at IS NULL JOIN aid_group AS g ON g.chapter_id = held.chapter_id
      WHERE g.id = $1 AND mailbox_of(u.email) = mailbox_of($2)) THEN 'staff' END
$$;

CREATE FUNCTION dossier_reference_tie() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF reference_tie(NEW.aid_group_id, NEW.email, NEW.name) IS NOT NULL THEN
    RAISE EXCEPTION 'reference: somebody of the aid group or of the chapter is none' USING ERRCODE = 'CP327',
      DETAIL = reference_tie(NEW.aid_group_id, NEW.email, NEW.name);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dossier_reference_tie BEFORE INSERT ON dossier_reference FOR EACH ROW EXECUTE FUNCTION dossier_reference_tie();
ALTER TABLE dossier_reference ENABLE ALWAYS TRIGGER dossier_reference_tie;

-- Whether what stands in the section came from the aid group: through a link that was mailed to it, and that nobody who works
-- for the chapter has had open.
CREATE FUNCTION aid_group_signed_itself("group" uuid, wanted dossier_section_kind) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((
    SELECT EXISTS (SELECT FROM vetting_application AS a WHERE a.aid_group_id = $1 AND 'applicant:' || a.id = s.saved_by AND a.contact_email IS NOT NULL)
      AND NOT EXISTS (SELECT FROM people_behind(s.saved_by) AS behind JOIN chapter_role AS held ON held.user_id = behind JOIN aid_group AS g ON g.chapter_id = held.chapter_id
        WHERE g.id = $1)
    FROM dossier_section AS s WHERE s.aid_group_id = $1 AND s.section = $2 ORDER BY s.version DESC LIMIT 1), false)
$$;

CREATE OR REPLACE FUNCTION aid_group_gate_basis("group" uuid, gate approval_gate) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT aid_group_digest($1, VARIADIC CASE $2
    WHEN 'legal_existence' THEN ARRAY['identity', 'registration', 'document.registration']
    WHEN 'governing_document' THEN ARRAY['governance', 'document.governing_document']
    WHEN 'controllers' THEN ARRAY['people', 'governance', 'document.identity_of_person']
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
  -- Two mailboxes of two organizations, neither of them tied to the group or the chapter.
  SELECT least(count(DISTINCT mailbox_of(r.email)), count(DISTINCT bare_words(r.organization))) INTO confirming
    FROM dossier_reference AS r WHERE r.aid_group_id = $1 AND r.removed_at IS NULL AND r.confirms AND r.answered_at IS NOT NULL
    AND coalesce(r.answer ->> 'isIndependent', 'false') = 'true' AND reference_tie($1, r.email, r.name) IS NULL;

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
    CASE WHEN NOT 'owner' = ANY (people_roles) AND (dossier_section_now($1, 'governance') ->> 'hasNoOwners') IS DISTINCT FROM 'true'
      THEN 'Nobody who owns the organization is named, nor is it said that it has no owners.' END,
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
  missing := CASE WHEN confirming < 2 THEN concat_ws(' ', format('%s of 2 independent references have confirmed it.', confirming),
    (SELECT 'Not counted, because tied to the aid group or the chapter: ' || string_agg(r.name, ', ' ORDER BY r.id) || '.' FROM dossier_reference AS r
      WHERE r.aid_group_id = $1 AND r.removed_at IS NULL AND r.confirms AND reference_tie($1, r.email, r.name) IS NOT NULL)) END;
  RETURN NEXT;
  gate := 'past_work';
  missing := nullif(concat_ws(' ',
    CASE WHEN NOT dossier_section_is_complete($1, 'past_work') THEN 'The part about past work is not complete.' END,
    CASE WHEN NOT 'past_work' = ANY (kinds) THEN 'Evidence of past work is missing.' END), '');
  RETURN NEXT;
  gate := 'end_use';
  missing := CASE WHEN NOT dossier_section_is_complete($1, 'end_use') OR coalesce(btrim(end_use ->> 'signedName'), '') = ''
      OR coalesce(end_use ->> 'statementSha256', '') !~ '^[0-9a-f]{64}$' THEN 'The end-use statement is not signed.'
    WHEN NOT 'end_use_statement' = ANY (kinds) AND NOT aid_group_signed_itself($1, 'end_use')
      THEN 'The end-use statement was not signed through a link that was mailed to the aid group, and the signed paper is not in the dossier.' END;
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
      OR coalesce(agreement ->> 'agreementSha256', '') !~ '^[0-9a-f]{64}$' THEN 'The agreement is not signed.'
    WHEN NOT 'agreement' = ANY (kinds) AND NOT aid_group_signed_itself($1, 'agreement')
      THEN 'The agreement was not signed through a link that was mailed to the aid group, and the signed paper is not in the dossier.' END;
  RETURN NEXT;
  gate := 'risk_tier'; is_judged := true; missing := NULL;
  RETURN NEXT;
END $$;
