-- Parties of lists that were replaced or refused go after 30 days, except those that a hit names: what people decided on is
-- evidence, kept ten years. The snapshot itself stays with its hash and counts. Who may go is decided here, not by a job.
ALTER TABLE list_snapshot
  ADD COLUMN "superseded_at" TIMESTAMPTZ(3),
  ADD COLUMN "pruned_at" TIMESTAMPTZ(3),
  ADD COLUMN "pruned_count" INTEGER;

-- CreateIndex
CREATE INDEX "screening_hit_source_external_id_idx" ON "screening_hit"("source", "external_id");

-- What was replaced before this moment counts its days from now.
ALTER TABLE list_snapshot DISABLE TRIGGER list_snapshot_guard;
UPDATE list_snapshot SET superseded_at = now() WHERE status = 'superseded';
ALTER TABLE list_snapshot ENABLE ALWAYS TRIGGER list_snapshot_guard;

ALTER TABLE list_snapshot
  ADD CONSTRAINT list_snapshot_superseded CHECK ((status = 'superseded') = (superseded_at IS NOT NULL)),
  ADD CONSTRAINT list_snapshot_pruned CHECK ((pruned_at IS NULL) = (pruned_count IS NULL) AND pruned_count BETWEEN 0 AND party_count);

-- Whether a list's parties are of no more use: replaced or refused more than 30 days ago, and not the one before the one in
-- force, with which that one is compared.
CREATE FUNCTION list_snapshot_is_spent(snapshot uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM list_snapshot AS s
    WHERE s.id = $1 AND s.status IN ('superseded', 'refused') AND coalesce(s.superseded_at, s.decided_at) < now() - interval '30 days'
      AND s.id IS DISTINCT FROM (
        SELECT b.id FROM list_snapshot AS b WHERE b.source = s.source AND b.status = 'superseded'
        ORDER BY b.superseded_at DESC, b.imported_at DESC, b.id DESC LIMIT 1)
      AND NOT EXISTS (SELECT FROM list_snapshot AS n WHERE n.previous_id = s.id AND n.status IN ('current', 'awaiting_word')))
$$;

-- A party never changes; it goes only with a list that is spent, and never when a hit names it.
CREATE FUNCTION listed_party_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' OR NOT list_snapshot_is_spent(OLD.snapshot_id) OR EXISTS (
       SELECT FROM screening_hit AS h JOIN list_snapshot AS s ON s.id = OLD.snapshot_id
       WHERE h.source = s.source AND h.external_id = OLD.external_id) THEN
    RAISE EXCEPTION 'listed party: what a list said is kept' USING ERRCODE = 'CP301';
  END IF;
  RETURN OLD;
END $$;
DROP TRIGGER listed_party_kept ON listed_party;
CREATE TRIGGER listed_party_kept BEFORE UPDATE OR DELETE ON listed_party FOR EACH ROW EXECUTE FUNCTION listed_party_guard();
ALTER TABLE listed_party ENABLE ALWAYS TRIGGER listed_party_kept;

-- A snapshot says for ever what a file said; only whether it is in force changes, a person's word on that is kept, and the
-- database itself notes when it was replaced and when its parties went.
CREATE OR REPLACE FUNCTION list_snapshot_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE free text[] := ARRAY['status', 'decided_by_id', 'decided_at', 'decided_reason', 'superseded_at', 'pruned_at', 'pruned_count'];
BEGIN
  IF to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
    RAISE EXCEPTION 'list snapshot: what was imported never changes' USING ERRCODE = 'CP301';
  END IF;
  IF OLD.decided_at IS NOT NULL AND (NEW.decided_by_id, NEW.decided_at, NEW.decided_reason)
     IS DISTINCT FROM (OLD.decided_by_id, OLD.decided_at, OLD.decided_reason) THEN
    RAISE EXCEPTION 'list snapshot: a decision is written once' USING ERRCODE = 'CP301';
  END IF;
  IF NEW.status <> OLD.status AND (OLD.status::text, NEW.status::text) NOT IN (
       ('awaiting_word', 'current'), ('awaiting_word', 'refused'), ('current', 'superseded')) THEN
    RAISE EXCEPTION 'list snapshot: % -> % is not a legal step', OLD.status, NEW.status USING ERRCODE = 'CP354';
  END IF;
  IF OLD.status = 'awaiting_word' AND NEW.status <> OLD.status AND NEW.decided_by_id IS NULL THEN
    RAISE EXCEPTION 'list snapshot: waits for a person''s word' USING ERRCODE = 'CP355';
  END IF;
  NEW.superseded_at := CASE WHEN NEW.status <> OLD.status AND NEW.status = 'superseded' THEN now() ELSE OLD.superseded_at END;
  IF (NEW.pruned_at, NEW.pruned_count) IS DISTINCT FROM (OLD.pruned_at, OLD.pruned_count)
     AND (OLD.pruned_at IS NOT NULL OR NOT list_snapshot_is_spent(OLD.id)) THEN
    RAISE EXCEPTION 'list snapshot: its parties are kept' USING ERRCODE = 'CP301';
  END IF;
  RETURN NEW;
END $$;

-- Takes away up to `at_most` parties of one spent list, and notes when none is left to go. No row where nothing is spent.
-- The app's role may delete no party itself.
CREATE FUNCTION prune_listed_parties(at_most integer) RETURNS TABLE (snapshot_id uuid, removed integer, is_finished boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE spent list_snapshot%ROWTYPE;
BEGIN
  SELECT * INTO spent FROM list_snapshot AS s
  WHERE s.pruned_at IS NULL AND s.status IN ('superseded', 'refused') AND list_snapshot_is_spent(s.id)
  ORDER BY s.imported_at, s.id LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  WITH going AS (
    SELECT p.id FROM listed_party AS p
    WHERE p.snapshot_id = spent.id AND NOT EXISTS (
      SELECT FROM screening_hit AS h WHERE h.source = spent.source AND h.external_id = p.external_id)
    ORDER BY p.id LIMIT at_most)
  DELETE FROM listed_party AS p USING going WHERE p.id = going.id;
  GET DIAGNOSTICS removed = ROW_COUNT;
  snapshot_id := spent.id; is_finished := removed < at_most;
  IF is_finished THEN
    UPDATE list_snapshot AS s SET pruned_at = now(),
      pruned_count = s.party_count - (SELECT count(*) FROM listed_party AS p WHERE p.snapshot_id = s.id)
    WHERE s.id = spent.id;
  END IF;
  RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION prune_listed_parties(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prune_listed_parties(integer) TO purse_app;
