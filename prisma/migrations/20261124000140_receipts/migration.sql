-- Receipts. What a chapter is in law is kept in versions: a receipt names the version that was right when it was issued.
CREATE TABLE receipt_settings (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  chapter_id uuid NOT NULL REFERENCES chapter (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  version int NOT NULL CHECK (version > 0),
  legal_name text NOT NULL CHECK (legal_name <> ''),
  country text NOT NULL,
  address text NOT NULL DEFAULT '',
  registration_number text NOT NULL DEFAULT '',
  deductibility text NOT NULL CHECK (deductibility IN ('c3', 'none', 'giftaid', 'other')),
  own_sentence text NOT NULL DEFAULT '',
  goods_statement text NOT NULL DEFAULT '',
  signature_line text NOT NULL DEFAULT '',
  fiscal_year_start_month smallint NOT NULL DEFAULT 1 CHECK (fiscal_year_start_month BETWEEN 1 AND 12),
  time_zone text NOT NULL DEFAULT 'UTC',
  created_by_id uuid,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX receipt_settings_chapter_id_version_key ON receipt_settings (chapter_id, version);
REVOKE UPDATE, DELETE, TRUNCATE ON receipt_settings FROM purse_app;
CREATE TRIGGER receipt_settings_append_only BEFORE UPDATE OR DELETE ON receipt_settings FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- No chapter is without: the first version comes with the chapter itself.
CREATE FUNCTION chapter_has_receipt_settings() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO receipt_settings (chapter_id, version, legal_name, country, deductibility)
    VALUES (NEW.id, 1, NEW.legal_name, NEW.country, NEW.deductibility);
  RETURN NEW;
END $$;
CREATE TRIGGER chapter_has_receipt_settings AFTER INSERT ON chapter FOR EACH ROW EXECUTE FUNCTION chapter_has_receipt_settings();
INSERT INTO receipt_settings (chapter_id, version, legal_name, country, deductibility)
  SELECT id, 1, legal_name, country, deductibility FROM chapter;

-- The last number of each chapter. Only the trigger below writes it, so no number is skipped, not even by a rollback.
CREATE TABLE receipt_counter (
  chapter_id uuid PRIMARY KEY REFERENCES chapter (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  last_number int NOT NULL CHECK (last_number > 0)
);
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON receipt_counter FROM purse_app;

-- A receipt as it was issued. After a refund a further revision of the same number says what is left of the gift.
CREATE TABLE receipt (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  donation_id uuid NOT NULL REFERENCES donation (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  chapter_id uuid NOT NULL REFERENCES chapter (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  number int NOT NULL DEFAULT 0,
  revision int NOT NULL CHECK (revision > 0),
  settings_id uuid NOT NULL REFERENCES receipt_settings (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  currency text NOT NULL,
  gift_minor bigint NOT NULL CHECK (gift_minor > 0),
  cover_minor bigint NOT NULL CHECK (cover_minor >= 0),
  tip_minor bigint NOT NULL CHECK (tip_minor >= 0),
  -- What went back to the donor, by refund or through their bank.
  returned_minor bigint NOT NULL DEFAULT 0,
  given_at timestamptz(3) NOT NULL,
  -- The sentence on tax as it was worded then.
  statement text NOT NULL CHECK (statement <> ''),
  mail_id uuid UNIQUE,
  issued_at timestamptz(3) NOT NULL,
  CONSTRAINT receipt_returns_at_most_all CHECK (returned_minor BETWEEN 0 AND gift_minor + cover_minor + tip_minor)
);
CREATE UNIQUE INDEX receipt_donation_id_revision_key ON receipt (donation_id, revision);
CREATE UNIQUE INDEX receipt_chapter_id_number_revision_key ON receipt (chapter_id, number, revision);
REVOKE DELETE, TRUNCATE ON receipt FROM purse_app;

CREATE FUNCTION receipt_takes_its_number() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE before receipt;
BEGIN
  IF NOT EXISTS (SELECT FROM receipt_settings WHERE id = NEW.settings_id AND chapter_id = NEW.chapter_id) OR NOT EXISTS (
    SELECT FROM donation d JOIN campaign c ON c.id = d.campaign_id WHERE d.id = NEW.donation_id AND c.chapter_id = NEW.chapter_id
      AND d.status = 'settled' AND (d.currency, d.gift_minor, d.cover_minor, d.tip_minor, d.settled_at)
        = (NEW.currency, NEW.gift_minor, NEW.cover_minor, NEW.tip_minor, NEW.given_at)) THEN
    RAISE EXCEPTION 'receipt: there is no such settled gift to this chapter' USING ERRCODE = 'CP341';
  END IF;
  IF NEW.revision = 1 THEN
    INSERT INTO receipt_counter AS counter (chapter_id, last_number) VALUES (NEW.chapter_id, 1)
      ON CONFLICT (chapter_id) DO UPDATE SET last_number = counter.last_number + 1 RETURNING last_number INTO NEW.number;
    RETURN NEW;
  END IF;
  SELECT * INTO before FROM receipt WHERE donation_id = NEW.donation_id AND revision = NEW.revision - 1;
  IF before.id IS NULL OR before.returned_minor = NEW.returned_minor OR before.settings_id <> NEW.settings_id THEN
    RAISE EXCEPTION 'receipt: a revision follows the one before and changes what went back' USING ERRCODE = 'CP342';
  END IF;
  NEW.number := before.number;
  RETURN NEW;
END $$;
CREATE TRIGGER receipt_takes_its_number BEFORE INSERT ON receipt FOR EACH ROW EXECUTE FUNCTION receipt_takes_its_number();

CREATE FUNCTION receipt_stays_as_issued() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.mail_id IS NOT NULL OR (to_jsonb(OLD) - 'mail_id') IS DISTINCT FROM (to_jsonb(NEW) - 'mail_id') THEN
    RAISE EXCEPTION 'a receipt stays as it was issued' USING ERRCODE = 'CP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER receipt_stays_as_issued BEFORE UPDATE OR DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION receipt_stays_as_issued();

-- The way to a donor's own page: a link that was mailed and opens once, and the session it opens. Tokens stand here hashed.
CREATE TABLE donor_access (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  donor_id uuid NOT NULL REFERENCES donor (id) ON DELETE CASCADE ON UPDATE CASCADE,
  kind text NOT NULL CHECK (kind IN ('link', 'session')),
  token_hash text NOT NULL UNIQUE,
  -- Where on the donor's own page the link leads.
  lands_on text NOT NULL DEFAULT '/giving' CHECK (lands_on ~ '^/giving(/[a-z0-9-]+)*$'),
  expires_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX donor_access_donor_id_idx ON donor_access (donor_id);
CREATE INDEX donor_access_expires_at_idx ON donor_access (expires_at);

-- Who got the summary of a chapter's year; the key makes it one mail for each.
CREATE TABLE year_summary_mail (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  chapter_id uuid NOT NULL REFERENCES chapter (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  year int NOT NULL CHECK (year BETWEEN 2000 AND 2999),
  donor_id uuid NOT NULL REFERENCES donor (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  mail_id uuid NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX year_summary_mail_chapter_id_year_donor_id_key ON year_summary_mail (chapter_id, year, donor_id);
CREATE INDEX year_summary_mail_donor_id_idx ON year_summary_mail (donor_id);
REVOKE UPDATE, DELETE, TRUNCATE ON year_summary_mail FROM purse_app;
