-- On which of Stripe's pages a card was declined: pages of monthly pledges, and for another card, have no donation.
ALTER TABLE card_try ADD COLUMN session_id text;
UPDATE card_try t SET session_id = d.checkout_session_id FROM donation d WHERE d.id = t.donation_id AND t.kind = 'declined';
DROP INDEX card_try_donation;
ALTER TABLE card_try DROP COLUMN donation_id;
CREATE INDEX card_try_session ON card_try (session_id);
