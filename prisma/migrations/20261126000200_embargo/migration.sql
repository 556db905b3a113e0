-- Places under an embargo are on the list of words as well: a payment that names one is looked at by a second person, as goods are
-- that could serve an army. "Evacuated from Mariupol" is then reviewed and not refused. And words a reviewer found missing.
INSERT INTO purpose_word (language, kind, category, word, reason)
SELECT list.language, list.kind, list.category, trim(word), 'Built in' FROM (VALUES
  ('en', 'dual_use', 'embargoed places', 'crimea*; sevastopol*; sebastopol*; simferopol*; kerch; yalta; yevpatoria*; evpatoria*; feodosi*; dzhankoi*; dzhankoy*; sudak; alushta*; bakhchysarai*; bakhchisarai*; bakhchisaray*; armiansk*; armyansk*; krasnoperekopsk*; qirim*; dnr; dpr; lnr; lpr; donetsk people*; donetsk narodna*; donetskaya narodnaya*; luhansk people*; lugansk people*; luganskaya narodnaya*; luhansk narodna*; horlivka*; gorlovka*; makiivka*; makeevka*; makeyevka*; mariupol*; yenakiieve*; yenakievo*; enakievo*; debaltseve*; debaltsevo*; alchevsk*; khrustalnyi*; kadiivka*; stakhanov*; sievierodonetsk*; severodonetsk*; lysychansk*; lisichansk*; starobilsk*; starobelsk*; volnovakha*'),
  ('en', 'dual_use', 'near an embargo', 'donetsk; luhansk; lugansk'),
  ('en', 'harmless', 'near an embargo', 'donetsk region*; donetsk oblast*; luhansk region*; luhansk oblast*; lugansk region*; lugansk oblast*'),
  ('uk', 'dual_use', 'embargoed places', 'крим; криму; кримом; кримськ*; севастопол*; сімферопол*; керч; керчі; керчю; ялта; ялти; ялті; ялту; євпаторі*; феодосі*; джанко*; алушт*; бахчисара*; армянськ*; красноперекопськ*; днр; лнр; донецьк* народн*; луганськ* народн*; горлівк*; горлівц*; макіївк*; макіївц*; маріупол*; єнакієв*; дебальцев*; алчевськ*; хрустальн*; кадіївк*; сєвєродонецьк*; сєверодонецьк*; сіверськодонецьк*; лисичанськ*; старобільськ*; волновах*; волновас*'),
  ('uk', 'dual_use', 'near an embargo', 'донецьк; донецька; донецьку; луганськ; луганська; луганську'),
  ('uk', 'harmless', 'near an embargo', 'донецька обл*; донецької обл*; донецьку обл*; луганська обл*; луганської обл*; луганську обл*'),
  ('ru', 'dual_use', 'embargoed places', 'крым; крыма; крыму; крымом; крыме; крымск*; симферопол*; керчь; керчи; керчью; ялте; ялтой; евпатори*; феодоси*; донецк* народн*; луганск* народн*; горловк*; макеевк*; мариупол*; енакиев*; дебальцев*; алчевск*; северодонецк*; лисичанск*; старобельск*'),
  ('ru', 'dual_use', 'near an embargo', 'донецк; донецке; донецка; луганск; луганске; луганска'),
  ('ru', 'harmless', 'near an embargo', 'донецкая обл*; донецкой обл*; донецкую обл*; луганская обл*; луганской обл*; луганскую обл*'),
  ('es', 'dual_use', 'embargoed places', 'republica popular de donetsk; republica popular de lugansk; republica popular de luhansk; peninsula de crimea; mariupol*'),
  ('uk', 'dual_use', 'near the military', 'автомат; автомата; автомату; автомати; автоматів; автоматам; автоматами; хлопц* на передов*; хлопц* на фронт*; на передову; для передової'),
  ('ru', 'dual_use', 'near the military', 'автоматы; автоматов; автоматам; автоматами; ребят* на передов*; парн* на передов*; для передовой'),
  ('uk', 'harmless', 'tools', 'кавов* автомат*; торгов* автомат*; пральн* автомат*; машин* автомат*; ігров* автомат*; автомат* захисту; автомат* для кави; автомат* для продажу'),
  ('ru', 'harmless', 'tools', 'кофейн* автомат*; торгов* автомат*; стиральн* автомат*; машин* автомат*; автомат* защиты; автомат* для кофе'),
  ('uk', 'prohibited', 'weapons', 'птур; птурів; птури; птрк; джавелін*; бойов* ніж; бойов* ножі*; бойов* ножа*; кинджал*; патронташ*'),
  ('ru', 'prohibited', 'weapons', 'птур; птуры; птуров; боев* нож; боев* ножи; боев* ножей; кинжал*; патронташ*'),
  ('en', 'prohibited', 'weapons', 'combat knife; combat knives; fighting knife; fighting knives'),
  ('en', 'prohibited', 'support to combatants', 'boys at the front; lads at the front; guys at the front; men at the front; sons at the front'),
  ('en', 'dual_use', 'optics', 'optics'),
  ('en', 'harmless', 'everyday words', 'fiber optic*; fibre optic*; school uniform*; nurse* uniform*; nursing uniform*; medical uniform*; staff uniform*'),
  ('en', 'dual_use', 'near the military', 'uniform; uniforms'),
  ('es', 'dual_use', 'near the military', 'uniforme*; para el frente; en el frente de batalla'),
  ('es', 'harmless', 'everyday words', 'uniforme* escolar*; uniforme* medic*; uniforme* sanitari*; uniforme* de enfermer*; uniforme* quirurgic*')
) AS list (language, kind, category, words), unnest(string_to_array(list.words, ';')) AS word
ON CONFLICT DO NOTHING;

-- Crimea with Sevastopol, the so-called DNR and LNR (codes of lib/vetting/match-area.ts), and countries under a comprehensive embargo,
-- by code or by name. A Cyrillic letter that looks like a Latin one changes nothing. The towns are those that were held on 21 February
-- 2022 and those of the two oblasts that are held today; the cities of Donetsk and Luhansk give their names to oblasts and are asked below.
CREATE OR REPLACE FUNCTION is_embargoed_area(area_code text, area_name text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(upper($1) IN ('UA-43', 'UA-40', 'UA-14-OCC', 'UA-09-OCC', 'CU', 'IR', 'KP', 'SY') OR upper($1) ~ '^(CU|IR|KP|SY)-', false)
    OR coalesce(EXISTS (SELECT FROM (VALUES (regexp_replace(normalize(lower($2), NFC), '[\u02bc\u2019''`]', '', 'g'))) AS said (name),
      LATERAL (VALUES (said.name), (translate(said.name, 'аеікорстухмвһѕјп', 'aeikopctyxmbhsjn'))) AS spelled (name)
      WHERE spelled.name ~ ('\ysev[ae]stopol|\ysebastopol|севастопол|\y(crimea|krym|krim|q[ıi]r[ıi]m|simferopol|kerch|yalta|ye?vpatori|evpatori|feodosi|dzhanko|sudak|alushta|bakhch[yi]sara|arm[iy]ansk|krasnoperekopsk)'
        || '|\y(крим(?!ін)|крым|арк\y)|сімферопол|симферопол|\yкерч|\yялт|євпатор|евпатор|феодос|джанко|\yсудак|алушт|бахчиса|армянськ|армянск|красноперекоп'
        || '|\y(dnr|dpr|lnr|lpr|днр|лнр)\y|donetsk people|lu[hg]ansk people|donetsk\w* narodn|lu[hg]ansk\w* narodn|popular de (donetsk|lu[hg]ansk)'
        || '|донецьк\w* народн|донецк\w* народн|луганськ\w* народн|луганск\w* народн'
        || '|\y(horlivka|gorlovka|makiivka|make?[ey]*vka|mariupol|alchevsk|khrustalnyi|yenaki|enaki|debaltsev|kadiivka|stakhanov|s[ie]*verodonetsk|lysychansk|lisichansk|starob[ie]lsk|volnovakha)'
        || '|горлівк|горловк|макіївк|макеевк|маріупол|мариупол|алчевськ|алчевск|хрустальн|єнакієв|енакиев|дебальцев|кадіївк|с[єе]в[єе]родонец|сіверськодонец|лисичан|старобільськ|старобельск|волновах'
        || '|\y(iran|syria|cuba|north korea|dprk|іран|иран|сирія|сирії|сирию|сирия|сирии|куба|куби|кубы|кубу|кндр|corea del norte|siria)\y')), false)
$$;
-- The city that gives its name to an oblast of which a part is held: nobody can tell from the word, so a person looks.
CREATE FUNCTION is_near_embargo(area_name text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(normalize(lower($1), NFC) ~ '\y(donetsk|lu[hg]ansk|донецьк|донецк|луганськ|луганск)(а|у|е|і|ом)?\y(?![\s,]*(oblast|region|обл))', false)
$$;

-- Where the aid group means to deliver, and where it has its seat: codes and names, and what it says of whoever carries it there.
CREATE FUNCTION aid_group_places("group" uuid) RETURNS TABLE (code text, name text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH delivery AS (SELECT dossier_section_now($1, 'delivery') AS data)
  SELECT area.value ->> 'areaCode', area.value ->> 'name' FROM delivery,
    jsonb_array_elements(CASE jsonb_typeof(delivery.data -> 'regions') WHEN 'array' THEN delivery.data -> 'regions' ELSE '[]' END) AS area
  UNION ALL SELECT country.value, country.value FROM delivery,
    jsonb_array_elements_text(CASE jsonb_typeof(delivery.data -> 'countries') WHEN 'array' THEN delivery.data -> 'countries' ELSE '[]' END) AS country
  UNION ALL SELECT NULL, delivery.data ->> 'intermediaries' FROM delivery
  UNION ALL SELECT g.country, g.region FROM aid_group AS g WHERE g.id = $1
$$;
CREATE OR REPLACE FUNCTION aid_group_embargoed_areas("group" uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT string_agg(DISTINCT coalesce(nullif(place.name, ''), place.code), ', ') FROM aid_group_places($1) AS place
  WHERE is_embargoed_area(place.code, place.name)
$$;
-- Places that a person has to look at before the region is green: a city nobody can tell, and past work in an embargoed place.
CREATE FUNCTION aid_group_doubtful_areas("group" uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT string_agg(DISTINCT said.name, ', ') FROM (
    SELECT place.name FROM aid_group_places($1) AS place WHERE is_near_embargo(place.name)
    UNION ALL SELECT example.value ->> 'where' FROM (SELECT dossier_section_now($1, 'past_work') -> 'examples' AS list) AS work,
      jsonb_array_elements(CASE jsonb_typeof(work.list) WHEN 'array' THEN work.list ELSE '[]' END) AS example
      WHERE is_embargoed_area(NULL, example.value ->> 'where') OR is_near_embargo(example.value ->> 'where')) AS said
$$;
