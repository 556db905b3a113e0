-- The rules of an import hold for whoever has the app's password as well: a list that shrank by more than a tenth waits for a person,
-- the person is a real one who may say so, and a list goes out of force only for another one of its publisher.
CREATE FUNCTION list_snapshot_arrives() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE last list_snapshot%ROWTYPE;
BEGIN
  IF NEW.status NOT IN ('current', 'awaiting_word') OR NEW.decided_by_id IS NOT NULL THEN
    RAISE EXCEPTION 'list snapshot: arrives in force or waiting, and nobody has decided yet' USING ERRCODE = 'CP354';
  END IF;
  SELECT * INTO last FROM list_snapshot AS s WHERE s.source = NEW.source AND s.status IN ('current', 'superseded')
    ORDER BY s.imported_at DESC, s.id DESC LIMIT 1;
  IF NEW.status = 'current' AND last.id IS NOT NULL AND (NEW.row_count * 10 <= last.row_count * 9 OR NEW.party_count * 10 <= last.party_count * 9
     OR NEW.name_count * 10 <= last.name_count * 9) THEN
    RAISE EXCEPTION 'list snapshot: it lost more than a tenth and waits for a person''s word' USING ERRCODE = 'CP355';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER list_snapshot_arrives BEFORE INSERT ON list_snapshot FOR EACH ROW EXECUTE FUNCTION list_snapshot_arrives();
ALTER TABLE list_snapshot ENABLE ALWAYS TRIGGER list_snapshot_arrives;

CREATE FUNCTION list_snapshot_decider() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "user" AS u WHERE u.id = NEW.decided_by_id AND u.disabled_at IS NULL AND (u.is_admin
      OR EXISTS (SELECT FROM chapter_role AS r WHERE r.user_id = u.id AND r.role = 'vetting_reviewer' AND r.revoked_at IS NULL))) THEN
    RAISE EXCEPTION 'list snapshot: an administrator or a vetting reviewer decides' USING ERRCODE = 'CP355';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER list_snapshot_decider AFTER UPDATE ON list_snapshot FOR EACH ROW
  WHEN (OLD.decided_by_id IS NULL AND NEW.decided_by_id IS NOT NULL) EXECUTE FUNCTION list_snapshot_decider();
ALTER TABLE list_snapshot ENABLE ALWAYS TRIGGER list_snapshot_decider;

CREATE FUNCTION list_snapshot_replaced() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM list_snapshot AS s WHERE s.source = NEW.source AND s.status = 'current') THEN
    RAISE EXCEPTION 'list snapshot: goes out of force only for another one' USING ERRCODE = 'CP354';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER list_snapshot_replaced AFTER UPDATE ON list_snapshot DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.status = 'current' AND NEW.status <> 'current') EXECUTE FUNCTION list_snapshot_replaced();
ALTER TABLE list_snapshot ENABLE ALWAYS TRIGGER list_snapshot_replaced;
