-- A refund that a giver chose when an aid group's vetting had failed; nobody of the chapter asked for it.
ALTER TYPE refund_origin ADD VALUE 'choice';
