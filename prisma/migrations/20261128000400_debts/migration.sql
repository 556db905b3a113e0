-- A chapter owes a fund in a currency that its general fund does not keep: its general fund's money is exchanged into the
-- chapter's own money in that currency, which pays (docs/decisions/0021). The ledger always took such an exchange; the
-- row of the treasurer who recorded it was refused.

-- As before, and out of the general fund into the chapter's own money in another currency.
CREATE OR REPLACE FUNCTION currency_exchange_guard() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.reversal_entry_id IS NOT NULL OR to_jsonb(OLD) - '{reversal_entry_id,reversed_by_id,reversed_at,reversed_reason}'::text[]
      IS DISTINCT FROM to_jsonb(NEW) - '{reversal_entry_id,reversed_by_id,reversed_at,reversed_reason}'::text[] THEN
      RAISE EXCEPTION 'exchange: it stays as it was recorded' USING ERRCODE = 'CP361';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.reversal_entry_id IS NOT NULL THEN RAISE EXCEPTION 'exchange: it begins as one that stands' USING ERRCODE = 'CP361'; END IF;
  IF NOT EXISTS (SELECT FROM ledger.fund f JOIN ledger.fund t ON t.id = NEW.to_fund_id AND t.currency = NEW.to_currency
      WHERE f.id = NEW.from_fund_id AND f.currency = NEW.from_currency AND f.chapter_id = NEW.chapter_id
        AND f.campaign_id IS NOT DISTINCT FROM NEW.campaign_id)
    OR NOT EXISTS (SELECT FROM campaign WHERE id = NEW.campaign_id AND fund_id = NEW.to_fund_id
      UNION ALL SELECT FROM chapter WHERE id = NEW.chapter_id AND general_fund_id = NEW.to_fund_id AND NEW.campaign_id IS NULL
      UNION ALL SELECT FROM chapter h JOIN ledger.fund t ON t.id = NEW.to_fund_id AND t.chapter_id = h.id
        AND t.campaign_id IS NULL AND t.restriction = 'without'
        WHERE h.id = NEW.chapter_id AND h.general_fund_id = NEW.from_fund_id AND NEW.campaign_id IS NULL) THEN
    RAISE EXCEPTION 'exchange: goes from a purse to the fund that its campaign or chapter pays from, or from the general fund to the chapter''s own money'
      USING ERRCODE = 'CP361';
  END IF;
  IF NEW.campaign_id IS NOT NULL AND campaign_is_frozen(NEW.campaign_id) THEN
    RAISE EXCEPTION 'exchange: nobody may be paid from this campaign now' USING ERRCODE = 'CP362';
  END IF;
  RETURN NEW;
END $$;
