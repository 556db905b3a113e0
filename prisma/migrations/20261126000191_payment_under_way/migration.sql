-- A single gift whose giver has done everything and whose bank has not paid yet: what the public page may call pledged.
ALTER TABLE donation ADD COLUMN processing_at timestamptz(3);
