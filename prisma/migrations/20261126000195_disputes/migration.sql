-- What a bank gave back of a dispute, in the donor's currency: a decision may return a part.
ALTER TABLE dispute ADD COLUMN returned_minor bigint NOT NULL DEFAULT 0;
-- Until now what came back in another currency than the fund's was booked as the whole.
UPDATE dispute f SET returned_minor = CASE
  WHEN f.reinstated_minor = 0 THEN 0
  WHEN coalesce(d.settled_currency, d.currency) <> d.currency THEN f.amount_minor
  ELSE least(f.amount_minor, f.reinstated_minor) END
FROM donation d WHERE d.id = f.donation_id;
ALTER TABLE dispute ADD CONSTRAINT dispute_returned CHECK (returned_minor BETWEEN 0 AND amount_minor);
