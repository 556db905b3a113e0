-- New words. They cannot be used in the transaction that adds them; the next migration does.
ALTER TYPE ledger.entry_kind ADD VALUE IF NOT EXISTS 'exchange';
ALTER TYPE ledger.outflow_kind ADD VALUE IF NOT EXISTS 'exchange';
ALTER TYPE bank_match_kind ADD VALUE IF NOT EXISTS 'exchange' BEFORE 'brought_forward';
