-- Who stands behind what was written, and what they may not do with money.

-- One mailbox under each of its spellings: case, a tag after a plus, and the dots that one provider overlooks.
CREATE FUNCTION mailbox_of(email text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN part.domain IN ('gmail.com', 'googlemail.com') THEN replace(part.box, '.', '') || '@gmail.com' ELSE part.box || '@' || part.domain END
  FROM (SELECT regexp_replace(split_part(lower(btrim($1)), '@', 1), '\+.*$', '') AS box, split_part(lower(btrim($1)), '@', 2) AS domain) AS part
$$;
CREATE INDEX user_mailbox ON "user" (mailbox_of(email));

-- The people behind what a row says of its writer: by name, or through a link that they made and nobody mailed, that was
-- mailed to their own address, or that they had open while signed in.
CREATE FUNCTION people_behind(actor text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH link AS (SELECT a.* FROM vetting_application AS a WHERE a.id = CASE WHEN $1 ~ '^applicant:[0-9a-f-]{36}$' THEN substr($1, 11)::uuid END)
  SELECT person_of_actor($1) WHERE person_of_actor($1) IS NOT NULL
  UNION SELECT link.invited_by_id FROM link WHERE link.contact_email IS NULL AND link.invited_by_id IS NOT NULL
  UNION SELECT held.user_id FROM link JOIN application_holder AS held ON held.application_id = link.id
  UNION SELECT owner.id FROM link JOIN "user" AS owner ON mailbox_of(owner.email) = mailbox_of(link.contact_email)
$$;

CREATE OR REPLACE FUNCTION wrote_as(actor text, person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce($2 IN (SELECT people_behind($1)), false)
$$;

-- Whoever works for a chapter does not fill in an application from outside: no link is mailed to them.
CREATE FUNCTION is_staff_mailbox(email text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM "user" AS person JOIN chapter_role AS held ON held.user_id = person.id AND held.revoked_at IS NULL
    WHERE mailbox_of(person.email) = mailbox_of($1))
$$;
CREATE FUNCTION vetting_application_addressee() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF is_staff_mailbox(NEW.contact_email) THEN
    RAISE EXCEPTION 'application: its link does not go to somebody who works for a chapter' USING ERRCODE = 'CP325';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vetting_application_addressee BEFORE INSERT OR UPDATE OF contact_email ON vetting_application FOR EACH ROW
  WHEN (NEW.contact_email IS NOT NULL) EXECUTE FUNCTION vetting_application_addressee();
ALTER TABLE vetting_application ENABLE ALWAYS TRIGGER vetting_application_addressee;

-- Who entered the account that money goes to.
CREATE FUNCTION aid_group_account_people("group" uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT behind FROM dossier_bank_account AS b, people_behind(b.entered_by) AS behind WHERE b.aid_group_id = $1 AND b.replaced_at IS NULL
$$;

-- They neither approve nor send a payment to it, whatever roles they hold.
CREATE OR REPLACE FUNCTION disbursement_payment_gates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  shut text; decider uuid;
  step text := CASE WHEN TG_OP = 'INSERT' THEN 'request' WHEN NEW.status = 'requested' AND OLD.status = 'requested' THEN 'edit'
    WHEN NEW.status = 'approved' AND OLD.status = 'requested' THEN 'approve' WHEN NEW.status = 'approved' AND OLD.status = 'approved'
      AND (NEW.sending_at, NEW.sending_by_id) IS DISTINCT FROM (OLD.sending_at, OLD.sending_by_id) THEN 'start'
    WHEN NEW.status = 'released' AND OLD.status = 'approved' THEN 'release' END;
BEGIN
  IF step IS NULL THEN RETURN NEW; END IF;
  PERFORM aid_group_lock_for_payment(NEW.aid_group_id);
  decider := CASE step WHEN 'approve' THEN NEW.approved_by_id WHEN 'start' THEN NEW.sending_by_id WHEN 'release' THEN NEW.released_by_id END;
  IF decider IN (SELECT aid_group_account_people(NEW.aid_group_id)) THEN
    RAISE EXCEPTION 'disbursement: the gate separation is shut' USING ERRCODE = 'CP102', DETAIL = 'separation';
  END IF;
  shut := aid_group_payment_gap(NEW.aid_group_id, NEW.campaign_id, NEW.amount_minor, NEW.currency,
    -- A new version's lines are not there yet; each of them is asked when it comes.
    CASE WHEN step IN ('request', 'edit') THEN NULL ELSE NEW.id END,
    CASE step WHEN 'request' THEN NEW.requested_at WHEN 'edit' THEN clock_timestamp() WHEN 'approve' THEN NEW.approved_at
      WHEN 'start' THEN coalesce(NEW.sending_at, clock_timestamp()) ELSE NEW.released_at END);
  IF step = 'release' AND NEW.sent_despite IS NOT NULL THEN
    IF shut IS DISTINCT FROM NEW.sent_despite OR OLD.sending_at IS NULL OR NEW.released_at > OLD.sending_at + interval '3 days' THEN
      RAISE EXCEPTION 'disbursement: the gate % is shut', coalesce(shut, NEW.sent_despite) USING ERRCODE = 'CP102', DETAIL = coalesce(shut, NEW.sent_despite);
    END IF;
    RETURN NEW;
  END IF;
  IF shut IS NOT NULL THEN
    RAISE EXCEPTION 'disbursement: the gate % is shut', shut USING ERRCODE = 'CP102', DETAIL = shut;
  END IF;
  RETURN NEW;
END $$;

-- Whoever says that they are making the wire is one of those who may.
ALTER TABLE disbursement
  ADD CONSTRAINT disbursement_sending_by_another CHECK (sending_by_id <> requested_by_id),
  ADD CONSTRAINT disbursement_sending_by_third CHECK (sending_by_id <> approved_by_id OR amount_minor <= release_threshold_minor);
