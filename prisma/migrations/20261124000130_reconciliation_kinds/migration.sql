-- New words for the ledger. They cannot be used in the transaction that adds them; the next migration does.
ALTER TYPE ledger.entry_kind ADD VALUE IF NOT EXISTS 'bank_charge';
ALTER TYPE ledger.entry_kind ADD VALUE IF NOT EXISTS 'bank_transfer';
