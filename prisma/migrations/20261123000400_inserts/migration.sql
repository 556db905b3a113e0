-- The gates of updates are worth nothing when a row can be born behind them. What follows is about rows as they come in,
-- and about the times that people write into them.

-- No time of a decision lies ahead; the minute is for two machines whose clocks differ.
CREATE FUNCTION is_ahead(moment timestamptz) RETURNS boolean LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
  SELECT coalesce(moment > clock_timestamp() + interval '1 minute', false)
$$;

CREATE FUNCTION campaign_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.status <> 'draft' OR num_nonnulls(NEW.fund_id, NEW.submitted_by_id, NEW.reviewed_by_id, NEW.live_at, NEW.closed_at) > 0 THEN
    RAISE EXCEPTION 'campaign: begins as a draft that nobody submitted or reviewed' USING ERRCODE = 'CP318';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campaign_begins BEFORE INSERT ON campaign FOR EACH ROW EXECUTE FUNCTION campaign_begins();

-- A campaign goes live with a fund of its own, not with another one's.
CREATE FUNCTION campaign_takes_own_fund() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ledger.fund f WHERE f.id = NEW.fund_id AND f.campaign_id = NEW.id
      AND f.chapter_id = NEW.chapter_id AND f.currency = NEW.currency AND f.restriction = 'with') THEN
    RAISE EXCEPTION 'campaign: the fund is not its own' USING ERRCODE = 'CP319';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campaign_takes_own_fund BEFORE UPDATE OF fund_id ON campaign FOR EACH ROW
  WHEN (NEW.fund_id IS NOT NULL AND NEW.fund_id IS DISTINCT FROM OLD.fund_id) EXECUTE FUNCTION campaign_takes_own_fund();

CREATE FUNCTION aid_group_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.status NOT IN ('draft', 'submitted')
     OR num_nonnulls(NEW.reviewed_by_id, NEW.approved_by_id, NEW.approved_at, NEW.approved_until, NEW.conditions) > 0 THEN
    RAISE EXCEPTION 'aid group: begins as a draft or a nomination that nobody reviewed' USING ERRCODE = 'CP306';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_group_begins BEFORE INSERT ON aid_group FOR EACH ROW EXECUTE FUNCTION aid_group_begins();

-- An approval says when it was given, and lasts as long as its risk allows: the months of lib/vetting/states.ts. Its name
-- makes it come after aid_group_guard, which says who may.
CREATE FUNCTION aid_group_guard_dates() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE months int := CASE NEW.risk_tier WHEN 'high' THEN 6 WHEN 'medium' THEN 12 ELSE 24 END;
BEGIN
  IF NEW.status = OLD.status AND NEW.approved_at IS DISTINCT FROM OLD.approved_at THEN
    RAISE EXCEPTION 'aid group: what was approved cannot change without a new approval' USING ERRCODE = 'CP302';
  END IF;
  IF NEW.approved_at IS NULL OR NEW.approved_at < OLD.created_at OR is_ahead(NEW.approved_at) THEN
    RAISE EXCEPTION 'aid group: an approval is given after the nomination and not in the future' USING ERRCODE = 'CP307';
  END IF;
  IF NEW.approved_until <= NEW.approved_at
     OR NEW.approved_until > (NEW.approved_at AT TIME ZONE 'UTC' + make_interval(months => months)) AT TIME ZONE 'UTC' THEN
    RAISE EXCEPTION 'aid group: an approval lasts % months at most', months USING ERRCODE = 'CP308';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_group_guard_dates BEFORE UPDATE ON aid_group FOR EACH ROW
  WHEN (NEW.status IN ('approved', 'approved_with_conditions')) EXECUTE FUNCTION aid_group_guard_dates();

-- That a disbursement begins as requested, and that its steps follow one another in time, stands in its own migration.
CREATE FUNCTION disbursement_not_ahead() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF is_ahead(greatest(NEW.requested_at, NEW.approved_at, NEW.sending_at, NEW.released_at, NEW.confirmed_at, NEW.ended_at)) THEN
    RAISE EXCEPTION 'disbursement: no step lies in the future' USING ERRCODE = 'CP107';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER disbursement_not_ahead BEFORE INSERT OR UPDATE ON disbursement FOR EACH ROW EXECUTE FUNCTION disbursement_not_ahead();
ALTER TABLE disbursement ENABLE ALWAYS TRIGGER disbursement_not_ahead;

-- A donation is settled when the ledger has its gift: this amount in this currency, in the fund it names. Tip and gift
-- are one posting when they end in one fund, so the sum is compared.
CREATE FUNCTION donation_is_in_books() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE booked record;
BEGIN
  SELECT coalesce(sum(t.amount_minor), 0) AS minor, bool_and(t.currency = NEW.currency) AS same_currency,
    bool_or(t.fund_id = NEW.fund_id AND t.credit_account_id % 100 = 11) AS in_fund INTO booked
  FROM ledger.transfer t
  WHERE t.entry_id = NEW.entry_id AND t.kind IN ('gift', 'offline_gift') AND t.credit_account_id % 100 IN (11, 12, 13);
  IF booked.minor <> NEW.gift_minor + NEW.cover_minor + NEW.tip_minor OR booked.same_currency IS NOT TRUE OR booked.in_fund IS NOT TRUE THEN
    RAISE EXCEPTION 'donation: the ledger has no such gift in this fund' USING ERRCODE = 'CP331';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER donation_is_in_books BEFORE INSERT OR UPDATE OF status, entry_id, fund_id ON donation FOR EACH ROW
  WHEN (NEW.status = 'settled') EXECUTE FUNCTION donation_is_in_books();

-- A role is another administrator's word. The installation's own first rows name nobody.
CREATE FUNCTION chapter_role_from_admin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.granted_by_id = NEW.user_id THEN
    RAISE EXCEPTION 'chapter role: nobody gives a role to themselves' USING ERRCODE = 'CP021';
  END IF;
  IF NOT EXISTS (SELECT FROM "user" WHERE id = NEW.granted_by_id AND is_admin AND disabled_at IS NULL) THEN
    RAISE EXCEPTION 'chapter role: only an enabled administrator gives roles' USING ERRCODE = 'CP022';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER chapter_role_from_admin BEFORE INSERT OR UPDATE OF granted_by_id, user_id ON chapter_role FOR EACH ROW
  WHEN (NEW.granted_by_id IS NOT NULL) EXECUTE FUNCTION chapter_role_from_admin();
