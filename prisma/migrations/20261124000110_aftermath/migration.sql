-- A new value of an enum can be used only after the transaction that added it: so it stands alone.
ALTER TYPE ledger.entry_kind ADD VALUE 'stripe_fee';
ALTER TYPE ledger.outflow_kind ADD VALUE 'stripe_fee';
