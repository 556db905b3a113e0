-- Stripe ties a customer with a subscription to one currency, so a donor has a customer for each currency of their pledges.
CREATE TABLE donor_customer (
  donor_id uuid NOT NULL REFERENCES donor (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  customer_id text NOT NULL UNIQUE CHECK (customer_id <> ''),
  CONSTRAINT donor_customer_pkey PRIMARY KEY (donor_id, currency)
);
REVOKE UPDATE, DELETE, TRUNCATE ON donor_customer FROM purse_app;
ALTER TABLE donor DROP COLUMN stripe_customer_id;
