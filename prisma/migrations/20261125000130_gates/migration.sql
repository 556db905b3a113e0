-- What the gates are about: the fourteen of an approval and those of every payment, as questions that a page may ask and
-- that the triggers of the next file ask again. Nothing here changes a row.

-- After how many days money that was sent and not confirmed stops the next payment to the same aid group.
ALTER TABLE chapter ADD COLUMN evidence_due_days integer NOT NULL DEFAULT 60;
ALTER TABLE chapter ADD CONSTRAINT chapter_evidence_due_days CHECK (evidence_due_days BETWEEN 7 AND 365);

CREATE FUNCTION holds_role(person uuid, chapter uuid, VARIADIC wanted role[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM chapter_role AS held JOIN "user" AS holder ON holder.id = held.user_id
    WHERE held.user_id = person AND held.chapter_id = chapter AND held.role = ANY (wanted)
      AND held.revoked_at IS NULL AND holder.disabled_at IS NULL)
$$;

CREATE FUNCTION dossier_section_now("group" uuid, wanted dossier_section_kind) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.data FROM dossier_section AS s WHERE s.aid_group_id = $1 AND s.section = $2 ORDER BY s.version DESC LIMIT 1
$$;

CREATE FUNCTION dossier_section_is_complete("group" uuid, wanted dossier_section_kind) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(dossier_section_now($1, $2) ->> 'complete' = 'true', false)
$$;

-- Section -> version as they stand.
CREATE FUNCTION aid_group_section_versions("group" uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(jsonb_object_agg(newest.section, newest.version), '{}')
  FROM (SELECT s.section, max(s.version) AS version FROM dossier_section AS s WHERE s.aid_group_id = $1 GROUP BY s.section) AS newest
$$;

-- Everything a dossier holds, as lines: what a digest of the whole, or of what one gate looks at, is made of.
CREATE FUNCTION aid_group_dossier_parts("group" uuid) RETURNS TABLE (part text, line text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT newest.section::text, newest.version || ' ' || newest.digest FROM (
    SELECT DISTINCT ON (s.section) s.section, s.version, s.digest FROM dossier_section AS s
    WHERE s.aid_group_id = $1 ORDER BY s.section, s.version DESC) AS newest
  UNION ALL SELECT 'people', p.id || ' ' || array_to_string(p.roles, ',') FROM dossier_person AS p
    WHERE p.aid_group_id = $1 AND p.removed_at IS NULL
  UNION ALL SELECT 'document.' || d.kind, d.id || ' ' || f.sha256 FROM dossier_document AS d JOIN stored_file AS f ON f.id = d.file_id
    WHERE d.aid_group_id = $1 AND d.removed_at IS NULL
  UNION ALL SELECT 'references', r.id || ' ' || coalesce(r.confirms::text, 'open') || ' ' || coalesce(r.answer::text, '') FROM dossier_reference AS r
    WHERE r.aid_group_id = $1 AND r.removed_at IS NULL
  UNION ALL SELECT 'bank', b.id || ' ' || b.fingerprint || ' ' || coalesce(b.verified_by_id::text, 'open') FROM dossier_bank_account AS b
    WHERE b.aid_group_id = $1 AND b.replaced_at IS NULL
  UNION ALL SELECT 'screening', aid_group_names_digest($1)
$$;

CREATE FUNCTION aid_group_digest("group" uuid, VARIADIC parts text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT encode(sha256(convert_to(coalesce(string_agg(held.part || ' ' || held.line, E'\n' ORDER BY held.part COLLATE "C", held.line COLLATE "C"), ''), 'UTF8')), 'hex')
  FROM aid_group_dossier_parts($1) AS held WHERE held.part = ANY ($2)
$$;

CREATE FUNCTION aid_group_dossier_digest("group" uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT encode(sha256(convert_to(coalesce(string_agg(held.part || ' ' || held.line, E'\n' ORDER BY held.part COLLATE "C", held.line COLLATE "C"), ''), 'UTF8')), 'hex')
  FROM aid_group_dossier_parts($1) AS held
$$;

-- What a reviewer who judges the gate looks at. Another value later means that the finding is about something else.
CREATE FUNCTION aid_group_gate_basis("group" uuid, gate approval_gate) RETURNS text
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
    WHEN 'export_control' THEN ARRAY['end_use', 'delivery', 'document.licence']
    WHEN 'region' THEN ARRAY['delivery', 'document.licence']
    WHEN 'safeguarding' THEN ARRAY['safeguarding', 'document.safeguarding_policy']
    WHEN 'conflicts' THEN ARRAY['conflicts', 'people']
    WHEN 'agreement' THEN ARRAY['agreement', 'document.agreement']
    WHEN 'risk_tier' THEN ARRAY['identity', 'registration', 'past_work', 'delivery', 'end_use', 'people'] END)
$$;

-- Crimea with Sevastopol, the so-called DNR and LNR (codes of lib/vetting/match-area.ts), and countries under a
-- comprehensive embargo. A name is enough where somebody wrote another code beside it.
CREATE FUNCTION is_embargoed_area(area_code text, area_name text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(upper($1) IN ('UA-43', 'UA-40', 'UA-14-OCC', 'UA-09-OCC', 'CU', 'IR', 'KP', 'SY')
    OR upper($1) ~ '^(CU|IR|KP|SY)-'
    OR normalize(lower($2), NFC) ~ ('\ysev[ae]stopol|севастопол|\y(crimea|krym|krim|simferopol|kerch|yalta|yevpatori|feodosi|dzhankoi)'
      || '|\y(крим|крым)|сімферопол|симферопол|\yкерч|\yялт|євпатор|евпатор|феодос'
      || '|\y(dnr|dpr|lnr|lpr|днр|лнр)\y|donets''?k people|lu[hg]ansk people|донецьк\w* народн|донецк\w* народн|луганськ\w* народн|луганск\w* народн'
      || '|\y(horlivka|gorlovka|makiivka|makeevka|mariupol|alchevsk|khrustalnyi)|горлівк|горловк|макіївк|макеевк|маріупол|мариупол|алчевськ|алчевск|хрустальн'), false)
$$;

-- The embargoed places an aid group means to deliver to, in the words of its dossier; NULL: none.
CREATE FUNCTION aid_group_embargoed_areas("group" uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH delivery AS (SELECT dossier_section_now($1, 'delivery') AS data),
  place AS (
    SELECT area.value ->> 'areaCode' AS code, area.value ->> 'name' AS name FROM delivery,
      jsonb_array_elements(CASE jsonb_typeof(delivery.data -> 'regions') WHEN 'array' THEN delivery.data -> 'regions' ELSE '[]' END) AS area
    UNION ALL SELECT country.value, country.value FROM delivery,
      jsonb_array_elements_text(CASE jsonb_typeof(delivery.data -> 'countries') WHEN 'array' THEN delivery.data -> 'countries' ELSE '[]' END) AS country
    UNION ALL SELECT NULL, g.region FROM aid_group AS g WHERE g.id = $1)
  SELECT string_agg(DISTINCT coalesce(nullif(place.name, ''), place.code), ', ') FROM place WHERE is_embargoed_area(place.code, place.name)
$$;

-- The gate's newest finding, whatever it is about.
CREATE FUNCTION aid_group_finding("group" uuid, gate approval_gate) RETURNS gate_finding
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT f FROM gate_finding AS f WHERE f.aid_group_id = $1 AND f.gate = $2 ORDER BY f.found_at DESC, f.id DESC LIMIT 1
$$;

-- A recorded licence that still covers what the dossier says of the places of delivery.
CREATE FUNCTION aid_group_has_licence("group" uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((SELECT f.verdict = 'met' AND f.basis = aid_group_gate_basis($1, 'region') AND length(btrim(f.detail ->> 'licenceBasis')) >= 3
    FROM aid_group_finding($1, 'region') AS f), false)
$$;

-- What the dossier itself says to each gate, before anybody's judgement: `missing` in words or NULL, `is_red` where it
-- says no instead of nothing, `is_judged` where a person has to say yes as well.
CREATE FUNCTION aid_group_gate_facts("group" uuid, at timestamptz)
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
  missing := CASE screened
    WHEN 'screening_list' THEN 'Not every name was compared with the lists that are in force now.'
    WHEN 'screening_age' THEN 'The screening is older than 30 days.'
    WHEN 'screening_hit' THEN 'A hit on a sanctions list is not answered, or is a true match.' END;
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

-- The fourteen gates of an approval, one row each: green, open (something is missing) or red (something says no).
CREATE FUNCTION aid_group_approval_gaps("group" uuid, at timestamptz) RETURNS TABLE (gate approval_gate, state text, missing text)
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
        WHEN 'export_control' THEN 'Goods that could serve an army as well are declared: the export-control review is missing.'
        ELSE 'A reviewer has not said yet that it is met.' END;
    ELSIF fact.is_judged AND NOT fits THEN
      state := 'open'; missing := 'The dossier has changed since a reviewer looked at this.';
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;

-- The most that an approval of this risk may allow in a currency, in its minor units: 1,000,000, 250,000 or 50,000 whole
-- ones. The figure is the same in every currency, which is strict where a unit is worth little.
CREATE FUNCTION risk_tier_cap_minor_max(tier aid_group_risk_tier, wanted_currency text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (CASE $1 WHEN 'low' THEN 1000000 WHEN 'medium' THEN 250000 ELSE 50000 END * 10 ^ c.exponent)::bigint
  FROM ledger.currency AS c WHERE c.code = $2
$$;

CREATE FUNCTION aid_group_approval_now("group" uuid) RETURNS aid_group_approval
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a FROM aid_group_approval AS a JOIN aid_group AS g ON g.id = a.aid_group_id
  WHERE a.aid_group_id = $1 AND a.at = g.approved_at AND a.approved_by_id = g.approved_by_id ORDER BY a.id DESC LIMIT 1
$$;

-- A section as it was approved: what is written for a renewal counts once somebody has reviewed it.
CREATE FUNCTION dossier_section_approved("group" uuid, wanted dossier_section_kind) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.data FROM aid_group_approval_now($1) AS approval JOIN dossier_section AS s
    ON s.aid_group_id = $1 AND s.section = $2 AND s.version = (approval.section_versions ->> $2::text)::integer
$$;

-- The kinds of aid an aid group is approved for.
CREATE FUNCTION aid_group_approved_categories("group" uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT ARRAY(SELECT jsonb_array_elements_text(CASE jsonb_typeof(approved.data -> 'categories') WHEN 'array' THEN approved.data -> 'categories' ELSE '[]' END)
    FROM dossier_section_approved($1, 'delivery') AS approved (data))
$$;

-- What the cap of the approval in force leaves in this currency for one more payment; NULL: no cap, so nothing. Promised
-- money counts whenever it was promised, sent money when it was sent under this approval.
CREATE FUNCTION aid_group_cap_left("group" uuid, wanted_currency text, except_disbursement uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT cap.cap_minor - coalesce((
    SELECT sum(d.amount_minor) FROM disbursement AS d
    WHERE d.aid_group_id = $1 AND d.currency = $2 AND d.id IS DISTINCT FROM $3
      AND (d.status = 'approved' OR d.status IN ('released', 'confirmed') AND d.released_at >= approval.at)), 0)::bigint
  FROM aid_group_approval_now($1) AS approval JOIN aid_group_cap AS cap ON cap.approval_id = approval.id AND cap.currency = $2
$$;

-- The gates of a payment in the order in which they are named: `is_shut`, and a figure for the words of a page. Who may take
-- the step and whether the fund has the money is asked by the constraints of the disbursement and by the ledger.
CREATE FUNCTION aid_group_payment_gates("group" uuid, campaign uuid, amount bigint, currency text, disbursement uuid, at timestamptz)
RETURNS TABLE (gate text, is_shut boolean, fact text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held aid_group%ROWTYPE; approval aid_group_approval; account dossier_bank_account%ROWTYPE; screened text; overdue integer;
  cap_left bigint := aid_group_cap_left($1, $4, $5);
BEGIN
  SELECT * INTO held FROM aid_group AS g WHERE g.id = $1;
  approval := aid_group_approval_now($1);
  SELECT * INTO account FROM dossier_bank_account AS b WHERE b.aid_group_id = $1 AND b.replaced_at IS NULL;
  screened := aid_group_screening_gap($1, $6);
  fact := NULL;
  gate := 'approved';
  is_shut := approval.id IS NULL OR held.status NOT IN ('approved', 'approved_with_conditions', 'expiring', 'expired'); RETURN NEXT;
  gate := 'expired'; is_shut := held.status = 'expired' OR coalesce(held.approved_until <= $6 OR approval.until <= $6, false); RETURN NEXT;
  gate := 'bank_account'; is_shut := account.verified_by_id IS NULL OR account.fingerprint IS DISTINCT FROM approval.bank_fingerprint; RETURN NEXT;
  gate := 'bank_cooling_off'; is_shut := coalesce(account.entered_at > $6 - interval '24 hours', false);
  fact := CASE WHEN is_shut THEN to_char((account.entered_at + interval '24 hours') AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') END; RETURN NEXT;
  fact := NULL;
  gate := 'screening_list'; is_shut := coalesce(screened = 'screening_list', false); RETURN NEXT;
  gate := 'screening_age'; is_shut := coalesce(screened = 'screening_age', false); RETURN NEXT;
  gate := 'screening_hit'; is_shut := coalesce(screened = 'screening_hit', false); RETURN NEXT;
  gate := 'region'; is_shut := aid_group_embargoed_areas($1) IS NOT NULL AND NOT aid_group_has_licence($1); RETURN NEXT;
  gate := 'end_use'; is_shut := coalesce(btrim(dossier_section_approved($1, 'end_use') ->> 'signedName'), '') = ''; RETURN NEXT;
  gate := 'agreement'; is_shut := coalesce(btrim(dossier_section_approved($1, 'agreement') ->> 'signedName'), '') = ''; RETURN NEXT;
  gate := 'restriction';
  fact := (SELECT string_agg(DISTINCT l.category::text, ', ') FROM disbursement_line AS l
    WHERE l.disbursement_id = $5 AND NOT l.category::text = ANY (aid_group_approved_categories($1)));
  is_shut := fact IS NOT NULL OR NOT EXISTS (SELECT FROM campaign_aid_group AS link WHERE link.campaign_id = $2 AND link.aid_group_id = $1);
  RETURN NEXT;
  gate := 'evidence_overdue';
  SELECT min(d.number) INTO overdue FROM disbursement AS d JOIN campaign AS c ON c.id = d.campaign_id JOIN chapter AS h ON h.id = c.chapter_id
  WHERE d.aid_group_id = $1 AND d.status = 'released' AND d.id IS DISTINCT FROM $5 AND d.released_at < $6 - make_interval(days => h.evidence_due_days);
  is_shut := overdue IS NOT NULL; fact := overdue::text; RETURN NEXT;
  gate := 'cap'; is_shut := cap_left IS NULL OR cap_left < $3; fact := greatest(cap_left, 0)::text; RETURN NEXT;
END $$;

-- The first gate that says no to this payment at that moment, or NULL.
CREATE FUNCTION aid_group_payment_gap("group" uuid, campaign uuid, amount bigint, currency text, disbursement uuid, at timestamptz) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT asked.gate FROM aid_group_payment_gates($1, $2, $3, $4, $5, $6) WITH ORDINALITY AS asked (gate, is_shut, fact, place)
  WHERE asked.is_shut ORDER BY asked.place LIMIT 1
$$;

-- Holds the aid group as it is until the end of the transaction: its status, its account and screening (whoever writes those
-- takes the row first), and its approval, so that two payments take from one cap one after the other.
CREATE FUNCTION aid_group_lock_for_payment("group" uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM aid_group AS g WHERE g.id = $1 FOR SHARE;
  PERFORM FROM aid_group_approval AS a WHERE a.aid_group_id = $1 ORDER BY a.id DESC LIMIT 1 FOR UPDATE;
END $$;
