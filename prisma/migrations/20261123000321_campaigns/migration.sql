-- Campaigns: legal steps, what is frozen once somebody else reads it, and what going live needs.

-- The same table as lib/campaigns/states.ts; a test compares every pair.
CREATE FUNCTION campaign_step_is_legal(from_status campaign_status, to_status campaign_status) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT (from_status::text, to_status::text) IN (
    ('draft', 'in_review'), ('in_review', 'live'), ('in_review', 'draft'),
    ('live', 'paused'), ('paused', 'live'), ('live', 'closed'), ('paused', 'closed'), ('closed', 'settled'))
$$;

CREATE FUNCTION campaign_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.created_by_id <> OLD.created_by_id OR NEW.chapter_id <> OLD.chapter_id THEN
    RAISE EXCEPTION 'campaign: its maker and chapter never change' USING ERRCODE = 'CP311';
  END IF;
  IF OLD.fund_id IS NOT NULL AND NEW.fund_id IS DISTINCT FROM OLD.fund_id THEN
    RAISE EXCEPTION 'campaign: its fund never changes' USING ERRCODE = 'CP312';
  END IF;
  -- What the reviewer reads is what donors will see; the goal and the surplus rule are promises from then on.
  IF OLD.status <> 'draft' AND
     (NEW.slug, NEW.title, NEW.summary, NEW.story_markdown, NEW.goal_minor, NEW.currency, NEW.deadline, NEW.cover_file_id, NEW.cover_alt, NEW.surplus_rule)
     IS DISTINCT FROM
     (OLD.slug, OLD.title, OLD.summary, OLD.story_markdown, OLD.goal_minor, OLD.currency, OLD.deadline, OLD.cover_file_id, OLD.cover_alt, OLD.surplus_rule) THEN
    RAISE EXCEPTION 'campaign: only a draft can be edited' USING ERRCODE = 'CP313';
  END IF;
  IF NEW.status = OLD.status THEN RETURN NEW; END IF;
  IF NOT campaign_step_is_legal(OLD.status, NEW.status) THEN
    RAISE EXCEPTION 'campaign: % -> % is not a legal step', OLD.status, NEW.status USING ERRCODE = 'CP314';
  END IF;
  IF OLD.status = 'in_review' AND NEW.status = 'live' THEN PERFORM campaign_may_go_live(NEW); END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION campaign_may_go_live(candidate campaign) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF candidate.submitted_by_id IS NULL OR EXISTS (
    SELECT FROM audit_event WHERE subject_type = 'campaign' AND subject_id = candidate.id::text
      AND action IN ('campaign.create', 'campaign.update', 'campaign.submit') AND actor_id = candidate.reviewed_by_id::text) THEN
    RAISE EXCEPTION 'campaign: the reviewer made, edited or submitted it' USING ERRCODE = 'CP315';
  END IF;
  IF NOT EXISTS (SELECT FROM campaign_aid_group WHERE campaign_id = candidate.id)
     OR EXISTS (SELECT FROM campaign_aid_group AS link WHERE link.campaign_id = candidate.id AND NOT aid_group_is_payable(link.aid_group_id, clock_timestamp())) THEN
    RAISE EXCEPTION 'campaign: each of its aid groups must be approved' USING ERRCODE = 'CP316';
  END IF;
  IF (SELECT sum(amount_minor) FROM budget_line WHERE campaign_id = candidate.id) IS DISTINCT FROM candidate.goal_minor THEN
    RAISE EXCEPTION 'campaign: its budget must add up to the goal' USING ERRCODE = 'CP317';
  END IF;
END $$;
CREATE TRIGGER campaign_guard BEFORE UPDATE ON campaign FOR EACH ROW EXECUTE FUNCTION campaign_guard();
REVOKE DELETE, TRUNCATE ON campaign FROM purse_app;

-- The budget and the aid groups are part of what was reviewed.
CREATE FUNCTION campaign_part_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (SELECT status FROM campaign WHERE id = OLD.campaign_id) <> 'draft' THEN
    RAISE EXCEPTION 'campaign: only a draft can be edited' USING ERRCODE = 'CP313';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER budget_line_guard BEFORE UPDATE OR DELETE ON budget_line FOR EACH ROW EXECUTE FUNCTION campaign_part_guard();
CREATE TRIGGER campaign_aid_group_guard BEFORE UPDATE OR DELETE ON campaign_aid_group FOR EACH ROW EXECUTE FUNCTION campaign_part_guard();

-- A line added after the review: the reviewed budget is the goal exactly, so any addition breaks the sum.
CREATE FUNCTION campaign_part_late() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (SELECT status FROM campaign WHERE id = NEW.campaign_id) = 'in_review' THEN
    RAISE EXCEPTION 'campaign: only a draft can be edited' USING ERRCODE = 'CP313';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER budget_line_late BEFORE INSERT ON budget_line FOR EACH ROW EXECUTE FUNCTION campaign_part_late();
CREATE TRIGGER campaign_aid_group_late BEFORE INSERT ON campaign_aid_group FOR EACH ROW EXECUTE FUNCTION campaign_part_late();

-- An update is published once; a correction is another update.
REVOKE UPDATE, DELETE, TRUNCATE ON campaign_update FROM purse_app;
CREATE TRIGGER campaign_update_append_only BEFORE UPDATE OR DELETE ON campaign_update FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A stored file's bytes, hash and owner are facts; only its publication may change, and only to public.
REVOKE DELETE, TRUNCATE ON stored_file FROM purse_app;
CREATE FUNCTION stored_file_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (to_jsonb(NEW) - 'is_public') IS DISTINCT FROM (to_jsonb(OLD) - 'is_public') OR (OLD.is_public AND NOT NEW.is_public) THEN
    RAISE EXCEPTION 'stored file: only its publication may change' USING ERRCODE = 'CP321';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stored_file_guard BEFORE UPDATE ON stored_file FOR EACH ROW EXECUTE FUNCTION stored_file_guard();
