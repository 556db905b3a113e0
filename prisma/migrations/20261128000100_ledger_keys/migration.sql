-- A transfer's key to the legal postings of its fund is asked once for each statement, not once for each transfer. Legal postings are
-- append-only, so the half of a key that watches the referenced row has nothing to watch; the half that asks took 136,000 of a
-- gift's 716,000 instructions, and each donor locked the same two rows, which PostgreSQL notes in a multixact of all who hold them.
-- Sub-selects of one value, since PostgreSQL may answer an EXISTS by reading all legal postings of all funds into a hash.
-- The key stays in the table, NOT ENFORCED: it names what the ALWAYS trigger asks (docs/decisions/0029).
CREATE OR REPLACE FUNCTION ledger.transfer_of_its_entry() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE v_broken text := 'transfer_of_its_entry'; v_message text := 'A transfer is written with its entry, in one transaction and of one kind.';
BEGIN
  IF EXISTS (SELECT FROM written w
    WHERE w.kind IS DISTINCT FROM
      (SELECT e.kind FROM ledger.entry e WHERE e.id = w.entry_id AND e.xact = pg_catalog.pg_current_xact_id())
    OR w.currency IS DISTINCT FROM
      (SELECT l.currency FROM ledger.legal_posting l WHERE l.debit_account_id = w.debit_account_id
        AND l.credit_account_id = w.credit_account_id AND l.kind = w.kind AND l.fund_id = w.fund_id AND l.currency = w.currency)) THEN
    IF EXISTS (SELECT FROM written w WHERE NOT EXISTS (SELECT FROM ledger.legal_posting l WHERE l.debit_account_id = w.debit_account_id
      AND l.credit_account_id = w.credit_account_id AND l.kind = w.kind AND l.fund_id = w.fund_id AND l.currency = w.currency)) THEN
      v_broken := 'transfer_legal';
      v_message := 'A transfer joins two accounts of its fund and currency, by a rule for its kind.';
    END IF;
    RAISE EXCEPTION '%', v_message
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = v_broken, TABLE = 'transfer', SCHEMA = 'ledger';
  END IF;
  RETURN NULL;
END $$;
ALTER TABLE ledger.transfer ALTER CONSTRAINT transfer_legal NOT ENFORCED;
