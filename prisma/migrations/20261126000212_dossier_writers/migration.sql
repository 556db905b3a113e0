-- The writer that a row of the dossier names is one who may write it; a program, where nobody asked.
CREATE FUNCTION may_write_dossier(actor text, "group" uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce($1 ~ '^system:[a-z]+$' OR speaks_for_group($1, $2), false)
$$;

CREATE FUNCTION dossier_writer_wall() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  past jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
  named record;
BEGIN
  FOR named IN SELECT f.key, f.value FROM jsonb_each_text(to_jsonb(NEW) - 'data') AS f
      WHERE f.key IN ('saved_by', 'added_by', 'removed_by', 'answered_by', 'confirmed_by') AND f.value IS DISTINCT FROM past ->> f.key LOOP
    IF named.value IS NOT NULL AND NOT may_write_dossier(named.value, NEW.aid_group_id) THEN
      RAISE EXCEPTION 'dossier: % is nobody who may write it', named.key USING ERRCODE = 'CP326';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
DO $$
DECLARE written text;
BEGIN
  FOREACH written IN ARRAY ARRAY['dossier_section', 'dossier_person', 'dossier_reference', 'dossier_document', 'dossier_confirmation', 'information_request'] LOOP
    -- The name puts it behind the wall of links, which says more of why.
    EXECUTE format('CREATE TRIGGER dossier_writer_wall BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION dossier_writer_wall()', written);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER dossier_writer_wall', written);
  END LOOP;
END $$;

-- A reviewer asks.
CREATE FUNCTION information_request_asker() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT holds_role(NEW.asked_by_id, (SELECT g.chapter_id FROM aid_group AS g WHERE g.id = NEW.aid_group_id), 'vetting_reviewer') THEN
    RAISE EXCEPTION 'information request: a vetting reviewer of the chapter asks' USING ERRCODE = 'CP326';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER information_request_asker BEFORE INSERT ON information_request FOR EACH ROW EXECUTE FUNCTION information_request_asker();
ALTER TABLE information_request ENABLE ALWAYS TRIGGER information_request_asker;
