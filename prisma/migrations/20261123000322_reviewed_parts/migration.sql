-- What a reviewer approved is whole: no budget line and no aid group is added to a campaign that was ever reviewed,
-- unless it is a draft again.
CREATE OR REPLACE FUNCTION campaign_part_late() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE current campaign_status;
BEGIN
  SELECT status INTO current FROM campaign WHERE id = NEW.campaign_id;
  IF current = 'in_review'
     OR (current <> 'draft' AND EXISTS (SELECT FROM campaign_transition WHERE campaign_id = NEW.campaign_id)) THEN
    RAISE EXCEPTION 'campaign: only a draft can be edited' USING ERRCODE = 'CP313';
  END IF;
  RETURN NEW;
END $$;

-- A history row must tell a step that exists; the app cannot invent one.
ALTER TABLE campaign_transition ADD CHECK (campaign_step_is_legal(from_status, to_status));
ALTER TABLE aid_group_status_change ADD CHECK (aid_group_step_is_legal(from_status, to_status));
REVOKE TRUNCATE ON budget_line, campaign_aid_group FROM purse_app;
