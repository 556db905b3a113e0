-- Steps that only lib kept to their people so far: who calls off a payment, and who says that an aid group has failed.

CREATE FUNCTION disbursement_canceller() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE chapter uuid := (SELECT c.chapter_id FROM campaign AS c WHERE c.id = NEW.campaign_id);
BEGIN
  IF NOT (holds_role(NEW.ended_by_id, chapter, 'treasurer') OR NEW.ended_by_id = NEW.requested_by_id AND holds_role(NEW.ended_by_id, chapter, 'organizer')) THEN
    RAISE EXCEPTION 'disbursement: the requester or a treasurer of the chapter calls it off' USING ERRCODE = 'CP103';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_canceller BEFORE UPDATE ON disbursement FOR EACH ROW
  WHEN (NEW.status = 'cancelled' AND OLD.status <> 'cancelled') EXECUTE FUNCTION disbursement_canceller();
ALTER TABLE disbursement ENABLE ALWAYS TRIGGER disbursement_canceller;

-- Two people say that the vetting has failed for good; that they are two the table asks by itself.
CREATE FUNCTION campaign_hold_people() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE chapter uuid := (SELECT c.chapter_id FROM campaign AS c WHERE c.id = NEW.campaign_id);
BEGIN
  IF NEW.failed_by_id IS DISTINCT FROM OLD.failed_by_id AND (OLD.failed_by_id IS NOT NULL OR NOT holds_role(NEW.failed_by_id, chapter, 'treasurer')) THEN
    RAISE EXCEPTION 'hold: a treasurer of the chapter declares a failure, once' USING ERRCODE = 'CP164';
  END IF;
  IF NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id
     AND (OLD.confirmed_by_id IS NOT NULL OR NOT holds_role(NEW.confirmed_by_id, chapter, 'treasurer', 'organizer', 'vetting_reviewer')) THEN
    RAISE EXCEPTION 'hold: another person of the chapter confirms it, once' USING ERRCODE = 'CP164';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campaign_hold_people BEFORE UPDATE OF failed_by_id, confirmed_by_id ON campaign_hold FOR EACH ROW EXECUTE FUNCTION campaign_hold_people();
ALTER TABLE campaign_hold ENABLE ALWAYS TRIGGER campaign_hold_people;
