-- A value that is added to an enum can be used from the next transaction on, so these stand alone.
ALTER TYPE pledge_status ADD VALUE 'past_due' AFTER 'active';
ALTER TYPE pledge_status ADD VALUE 'paused' AFTER 'past_due';
