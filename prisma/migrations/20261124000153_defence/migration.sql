-- A second currency in which givers may give, where many of them have it; Stripe changes it into the fund's.
ALTER TABLE campaign ADD COLUMN also_currency text, ADD CONSTRAINT campaign_also_another CHECK (also_currency <> currency);
