-- Reports and ledger pages read by the day on which things happened.
CREATE INDEX entry_effective ON ledger.entry (effective_at, id);
