-- Stripe keeps a failure of its own under an idempotency key for 24 hours and repeats it. The call then goes on with the key of the
-- next attempt, and a process that dies must not forget which that is.
ALTER TABLE stripe_call ADD COLUMN attempt integer NOT NULL DEFAULT 1 CONSTRAINT stripe_call_attempt_is_counted CHECK (attempt >= 1);
