-- A proof of work, and a wait that is over, count for one form: the first that used them.
ALTER TABLE card_try ADD COLUMN form_key text, DROP CONSTRAINT card_try_kind_check,
  ADD CONSTRAINT card_try_kind_check CHECK (kind IN ('begun', 'declined', 'waiting', 'proven'));
