-- The civilian-purpose firewall: its words, their history, and the one matcher. lib/purposes asks these functions, and the
-- gates of the next migrations ask them too, so the app and the database can never disagree about a sentence.
CREATE TABLE purpose_word (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  language text NOT NULL,
  kind text NOT NULL,
  word text NOT NULL,
  category text NOT NULL,
  min_kilowatts integer,
  stems text[] NOT NULL,
  reason text,
  added_by_id uuid,
  added_at timestamptz(3) NOT NULL DEFAULT now(),
  retired_by_id uuid,
  retired_at timestamptz(3),
  retired_reason text
);
CREATE TABLE purpose_word_change (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  word_id uuid NOT NULL,
  change text NOT NULL,
  by_id uuid,
  at timestamptz(3) NOT NULL DEFAULT now(),
  reason text,
  CONSTRAINT purpose_word_change_word_id_fkey FOREIGN KEY (word_id) REFERENCES purpose_word (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX purpose_word_change_word_id_idx ON purpose_word_change (word_id);

ALTER TABLE purpose_word
  ADD CONSTRAINT purpose_word_language CHECK (language IN ('en', 'uk', 'ru', 'es')),
  ADD CONSTRAINT purpose_word_kind CHECK (kind IN ('prohibited', 'dual_use', 'harmless')),
  ADD CONSTRAINT purpose_word_length CHECK (length(word) BETWEEN 2 AND 80 AND length(category) BETWEEN 2 AND 60),
  ADD CONSTRAINT purpose_word_reason CHECK (length(reason) BETWEEN 3 AND 500 AND length(retired_reason) BETWEEN 3 AND 500),
  ADD CONSTRAINT purpose_word_size CHECK (min_kilowatts BETWEEN 1 AND 100000),
  ADD CONSTRAINT purpose_word_retired CHECK (num_nulls(retired_at, retired_reason, retired_by_id) IN (0, 3)),
  -- A word of one or two open letters would stop half of a language, and the sign for a listed word stands at one end of a phrase.
  ADD CONSTRAINT purpose_word_stems CHECK (cardinality(stems) BETWEEN 1 AND 6 AND NOT '%' = ANY (stems)
    AND length(array_to_string(stems, '')) >= 2 AND NOT (cardinality(stems) = 1 AND stems[1] ~ '^.{1,2}%')),
  ADD CONSTRAINT purpose_word_place CHECK (cardinality(array_positions(stems, '~')) = 0
    OR (kind = 'harmless' AND cardinality(array_positions(stems, '~')) = 1 AND cardinality(stems) > 1 AND '~' IN (stems[1], stems[cardinality(stems)])));
ALTER TABLE purpose_word_change ADD CONSTRAINT purpose_word_change_known CHECK (change IN ('added', 'retired'));
CREATE UNIQUE INDEX purpose_word_once ON purpose_word (language, stems) WHERE retired_at IS NULL;

-- One spelling for all spellings: letters without marks, apostrophes or hidden characters, in lower case, and what looks
-- like a Latin letter is one, so that a Latin letter inside a Cyrillic word changes nothing.
CREATE FUNCTION purpose_fold(piece text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT regexp_replace(translate(
    lower(regexp_replace(normalize(piece, NFKD), '[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0''`\u00b4\u02b9-\u02bf\u2018\u2019\u201b\u2032]', '', 'g') COLLATE pg_c_utf8),
    'авекмнорстухіѕјһԁԛԝӏґαεικνορτυχηβγıɑɡ', 'abekmhopctyxisjhdqwlгaeikvoptuxhbyiag'), '([[:alpha:]])\1{2,}' COLLATE pg_c_utf8, '\1', 'g')
$$;

-- For words with a digit or a sign among their letters only: 0 for o, 3 for e or з, 6 for б.
CREATE FUNCTION purpose_read_digits(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT pg_catalog.translate(word, '0134567889@$lзчб', 'oieasbtbbgasieab')
$$;

-- The words of a text in order, each with its place (0 is the first character). `glued`: only a hyphen, a dot or another
-- mark of that kind stands between it and the word before.
CREATE FUNCTION purpose_tokens(input text) RETURNS TABLE (i integer, at integer, size integer, word text, glued boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public AS $$
  SELECT row_number() OVER (ORDER BY n)::integer, at::integer, size, word, glued
  FROM (
    SELECT n, sum(length(m[1]) + length(m[2])) OVER (ORDER BY n) - length(m[2]) AS at, length(m[2]) AS size,
      purpose_fold(m[2]) AS word, m[1] ~ '^[-\u2010-\u2015\u2212_.\u00b7*/~|\\+]{1,3}$' AND n > 1 AS glued
    FROM regexp_matches(input COLLATE pg_c_utf8, '([^[:alnum:]@$\u0300-\u036f\u0483-\u0489\u00ad\u034f\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff''`\u00b4\u02b9-\u02bf\u2018\u2019\u201b\u2032]*)([[:alnum:]@$\u0300-\u036f\u0483-\u0489\u00ad\u034f\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff''`\u00b4\u02b9-\u02bf\u2018\u2019\u201b\u2032]+)', 'g')
      WITH ORDINALITY AS piece (m, n)
  ) AS pieces WHERE word <> ''
$$;

-- An entry of the list as the matcher reads it: one pattern for each word, `%` where any ending may follow, `~` for a listed word.
CREATE FUNCTION purpose_stems(word text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public AS $$
  SELECT coalesce(array_agg(CASE m[2] WHEN '~' THEN '~' ELSE purpose_fold(m[1]) || replace(m[3], '*', '%') END ORDER BY n), '{}')
  FROM regexp_matches(word COLLATE pg_c_utf8, '(?:([[:alnum:]''\u02bc\u2019\u0300-\u036f]+)|(~))(\*?)', 'g') WITH ORDINALITY AS piece (m, n)
$$;

-- The largest power in a text, in kilowatts; kilovolt-amperes count with a power factor of 0.8. Energy (kWh) is not power.
CREATE FUNCTION purpose_kilowatts(input text) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public AS $$
  SELECT max(replace(regexp_replace(m[1], '[\s.,](?=\d{3}(?!\d))', '', 'g'), ',', '.')::numeric * CASE purpose_fold(m[2])
    WHEN 'kva' THEN 0.8 WHEN 'kba' THEN 0.8 WHEN 'mw' THEN 1000 WHEN 'mbt' THEN 1000 WHEN 'mva' THEN 800 WHEN 'mba' THEN 800
    WHEN 'w' THEN 0.001 WHEN 'bt' THEN 0.001 WHEN 'hp' THEN 0.7457 WHEN 'cv' THEN 0.7355 ELSE 1 END)
  FROM regexp_matches(normalize(input, NFKC) COLLATE pg_c_utf8, '(\d{1,7}(?:[\s.,]\d{3})*(?:[.,]\d{1,2})?)[\s-]*'
    || '((?:kilowatt|kilovatio|киловатт|кіловат)[[:alpha:]]*|kw|kva|квт|ква|kvt|mw|mva|мвт|мва|hp|cv|w|вт)(?![[:alpha:]])'
    || '(?![\u00b7*\s.-]{0,2}(?:h|ч|год|hour|hours|hora|horas)(?![[:alpha:]]))', 'gi') AS m
$$;

-- What the list says about a text. The entry that covers the most words, then the longest, wins where several meet; so a
-- harmless phrase answers for the words inside it. A `~` phrase ("victims of ~") makes a refusal a review.
CREATE FUNCTION purpose_findings(input text)
RETURNS TABLE (word_id uuid, language text, word text, kind text, category text, found text, at integer)
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  WITH RECURSIVE token AS MATERIALIZED (SELECT * FROM purpose_tokens(input)),
  letter AS (SELECT t.i, t.word, t.i - row_number() OVER (ORDER BY t.i) AS run FROM token t WHERE length(t.word) = 1),
  -- Each word, words torn by a hyphen, l e t t e r s apart, and words with digits among the letters. An entry must reach
  -- beyond `past` letters: what the first half of missile-damaged matches by itself, the whole need not match again.
  spelling AS MATERIALIZED (
    SELECT t.i, t.i AS j, t.word, false AS digits, 0 AS past FROM token t
    UNION ALL SELECT a.i, b.i, a.word || b.word, false, length(a.word) FROM token a JOIN token b ON b.i = a.i + 1 AND b.glued
    UNION ALL SELECT a.i, c.i, a.word || b.word || c.word, false, length(a.word || b.word) FROM token a JOIN token b ON b.i = a.i + 1 AND b.glued
      JOIN token c ON c.i = a.i + 2 AND c.glued
    UNION ALL SELECT s.i, s.j, s.word, false, 1 FROM (
        SELECT l.i, max(l.i) OVER following AS j, string_agg(l.word, '') OVER following AS word FROM letter l
        WINDOW following AS (PARTITION BY l.run ORDER BY l.i ROWS BETWEEN CURRENT ROW AND 23 FOLLOWING)
      ) AS s WHERE s.j - s.i >= 3
    UNION ALL SELECT t.i, t.i, purpose_read_digits(t.word), true, 0 FROM token t
      WHERE t.word ~ '[0-9@$]' AND length(regexp_replace(t.word, '[0-9@$]', '', 'g')) >= greatest(3, length(t.word) / 2)
  ),
  -- Each part of an entry may follow the last as a word, or all of them stand together as one: night vision, nightvision.
  part AS MATERIALIZED (
    SELECT w.id, false AS joined, s.k::integer AS k, s.stem FROM purpose_word w, unnest(array_remove(w.stems, '~')) WITH ORDINALITY AS s (stem, k)
    WHERE w.retired_at IS NULL
    UNION ALL SELECT w.id, true, 1, replace(array_to_string(w.stems[:cardinality(w.stems) - 1], ''), '%', '') || w.stems[cardinality(w.stems)]
      FROM purpose_word w WHERE w.retired_at IS NULL AND cardinality(w.stems) > 1 AND NOT '~' = ANY (w.stems)
  ),
  read_part AS MATERIALIZED (
    SELECT p.id, p.joined, p.k, purpose_read_digits(p.stem) AS stem FROM part p WHERE EXISTS (SELECT FROM spelling s WHERE s.digits)
  ),
  hit AS MATERIALIZED (
    SELECT p.id, p.joined, p.k, s.i, s.j FROM part p
    JOIN spelling s ON NOT s.digits AND left(s.word, 2) = left(rtrim(p.stem, '%'), 2) AND s.word LIKE p.stem
      AND length(rtrim(p.stem, '%')) > s.past
    UNION SELECT p.id, p.joined, p.k, s.i, s.j FROM read_part p
    JOIN spelling s ON s.digits AND left(s.word, 2) = left(rtrim(p.stem, '%'), 2) AND s.word LIKE p.stem
  ),
  walk AS (
    SELECT h.id, h.joined, h.k, h.i, h.j FROM hit h WHERE h.k = 1
    UNION SELECT w.id, w.joined, n.k, w.i, n.j FROM walk w JOIN hit n ON n.id = w.id AND n.joined = w.joined AND n.k = w.k + 1 AND n.i = w.j + 1
  ),
  span AS MATERIALIZED (
    SELECT DISTINCT w.id, w.i, w.j, e.language, e.word, e.kind, e.category, '~' = ANY (e.stems) AS around, e.stems[1] = '~' AS before,
      length(array_to_string(e.stems, '')) AS weight, CASE e.kind WHEN 'prohibited' THEN 3 WHEN 'dual_use' THEN 2 ELSE 1 END AS rank
    FROM walk w JOIN purpose_word e ON e.id = w.id
    WHERE w.k = CASE WHEN w.joined THEN 1 ELSE cardinality(array_remove(e.stems, '~')) END
      AND (e.min_kilowatts IS NULL OR purpose_kilowatts(input) >= e.min_kilowatts)
  ),
  best AS MATERIALIZED (SELECT DISTINCT ON (s.i, s.j) s.* FROM span s WHERE NOT s.around ORDER BY s.i, s.j, s.weight DESC, s.rank DESC, s.id),
  kept AS MATERIALIZED (
    SELECT f.* FROM best f WHERE f.kind <> 'harmless' AND NOT EXISTS (
      SELECT FROM best g, generate_series(g.i, g.j) AS n WHERE n = f.i AND g.j >= f.j AND g.j - g.i > f.j - f.i)
  ),
  flagged AS (SELECT DISTINCT n FROM kept, generate_series(kept.i, kept.j) AS n),
  run AS (SELECT min(n) AS lo, max(n) AS hi FROM (SELECT n, n - row_number() OVER (ORDER BY n) AS run FROM flagged) AS runs GROUP BY run)
  SELECT f.id, f.language, f.word, CASE WHEN f.kind = 'prohibited' AND EXISTS (
      SELECT FROM span c WHERE c.around AND CASE WHEN c.before THEN c.i = r.hi + 1 ELSE c.j = r.lo - 1 END
    ) THEN 'dual_use' ELSE f.kind END,
    f.category, substr(input, first.at + 1, last.at + last.size - first.at), first.at
  FROM kept f JOIN run r ON f.i BETWEEN r.lo AND r.hi JOIN token first ON first.i = f.i JOIN token last ON last.i = f.j
  ORDER BY first.at, f.rank DESC
$$;

-- Built in by a migration, or added by an administrator. Once in, only its retirement can be written, once.
CREATE FUNCTION purpose_word_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.stems := purpose_stems(NEW.word);
    IF NEW.retired_at IS NOT NULL OR is_ahead(NEW.added_at) THEN
      RAISE EXCEPTION 'purpose word: begins in force, and not in the future' USING ERRCODE = 'CP112';
    END IF;
    IF NEW.added_by_id IS NULL AND current_user = 'purse_app' THEN
      RAISE EXCEPTION 'purpose word: an administrator adds words' USING ERRCODE = 'CP112';
    END IF;
  ELSIF OLD.retired_at IS NOT NULL OR NEW.retired_at IS NULL OR is_ahead(NEW.retired_at)
     OR (to_jsonb(NEW) - ARRAY['retired_at', 'retired_by_id', 'retired_reason']) <> (to_jsonb(OLD) - ARRAY['retired_at', 'retired_by_id', 'retired_reason']) THEN
    RAISE EXCEPTION 'purpose word: all that changes is that it is retired, once' USING ERRCODE = 'CP112';
  END IF;
  IF coalesce(NEW.retired_by_id, NEW.added_by_id) IS NOT NULL AND NOT EXISTS (
    SELECT FROM "user" WHERE id = coalesce(NEW.retired_by_id, NEW.added_by_id) AND is_admin AND disabled_at IS NULL) THEN
    RAISE EXCEPTION 'purpose word: only an enabled administrator changes the list' USING ERRCODE = 'CP112';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER purpose_word_rules BEFORE INSERT OR UPDATE ON purpose_word FOR EACH ROW EXECUTE FUNCTION purpose_word_rules();

CREATE FUNCTION purpose_word_keeps_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO purpose_word_change (word_id, change, by_id, at, reason) VALUES (NEW.id, 'added', NEW.added_by_id, NEW.added_at, NEW.reason);
  ELSE
    INSERT INTO purpose_word_change (word_id, change, by_id, at, reason) VALUES (NEW.id, 'retired', NEW.retired_by_id, NEW.retired_at, NEW.retired_reason);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER purpose_word_keeps_history AFTER INSERT OR UPDATE ON purpose_word FOR EACH ROW EXECUTE FUNCTION purpose_word_keeps_history();

REVOKE UPDATE, DELETE, TRUNCATE ON purpose_word FROM purse_app;
GRANT UPDATE (retired_at, retired_by_id, retired_reason) ON purpose_word TO purse_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON purpose_word_change FROM purse_app;
CREATE TRIGGER purpose_word_kept BEFORE DELETE ON purpose_word FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purpose_word_no_truncate BEFORE TRUNCATE ON purpose_word FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purpose_word_change_append_only BEFORE UPDATE OR DELETE ON purpose_word_change FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purpose_word_change_no_truncate BEFORE TRUNCATE ON purpose_word_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DO $$
DECLARE gate record;
BEGIN
  FOR gate IN SELECT tgname, tgrelid::regclass AS held FROM pg_trigger
    WHERE NOT tgisinternal AND tgrelid IN ('purpose_word'::regclass, 'purpose_word_change'::regclass) LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', gate.held, gate.tgname);
  END LOOP;
END $$;
