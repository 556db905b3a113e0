-- The second currency is part of what a reviewer reads: it changes in a draft only, as the rest does.
CREATE FUNCTION campaign_keeps_second_currency() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'campaign: only a draft can be edited' USING ERRCODE = 'CP313';
END $$;
CREATE TRIGGER campaign_keeps_second_currency BEFORE UPDATE ON campaign FOR EACH ROW
  WHEN (OLD.status <> 'draft' AND OLD.also_currency IS DISTINCT FROM NEW.also_currency)
  EXECUTE FUNCTION campaign_keeps_second_currency();
