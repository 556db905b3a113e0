-- The workflow and the books agree at every commit, whoever wrote either. Both directions are deferred: within one
-- transaction the order of the two writes does not matter, at its end they must say the same.

CREATE FUNCTION disbursement_books_disagree(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'disbursement: %', what USING ERRCODE = 'CP106';
END $$;

-- From the disbursement to the ledger: each entry it names exists, is of its kind, fund and amount, and is its own.
CREATE FUNCTION disbursement_books() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, ledger, pg_temp AS $$
DECLARE d public.disbursement;
BEGIN
  SELECT * INTO d FROM public.disbursement WHERE id = NEW.id;
  IF (SELECT sum(amount_minor) FROM disbursement_line WHERE disbursement_id = d.id) IS DISTINCT FROM d.amount_minor THEN
    PERFORM disbursement_books_disagree('the lines do not add up to the amount');
  END IF;
  IF d.encumbrance_entry_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM ledger.entry e JOIN ledger.transfer t ON t.entry_id = e.id
    WHERE e.id = d.encumbrance_entry_id AND e.kind = 'encumbrance' AND e.source_type = 'disbursement' AND e.source_id = d.id::text
      AND t.fund_id = d.fund_id AND t.amount_minor = d.amount_minor) THEN
    PERFORM disbursement_books_disagree('the ledger did not promise this amount of this fund for it');
  END IF;
  IF d.status = 'approved' AND EXISTS (SELECT FROM ledger.entry WHERE reverses_entry_id = d.encumbrance_entry_id) THEN
    PERFORM disbursement_books_disagree('its promise was already taken back in the ledger');
  END IF;
  IF d.status = 'cancelled' AND d.encumbrance_entry_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM ledger.entry WHERE reverses_entry_id = d.encumbrance_entry_id AND kind = 'encumbrance_cancelled') THEN
    PERFORM disbursement_books_disagree('its promise still stands in the ledger');
  END IF;
  IF d.release_entry_id IS NOT NULL THEN PERFORM disbursement_release_in_books(d); END IF;
  IF d.confirm_entry_id IS NOT NULL AND NOT EXISTS (SELECT FROM ledger.entry
    WHERE id = d.confirm_entry_id AND kind = 'grant_confirmed' AND completes_entry_id = d.release_entry_id) THEN
    PERFORM disbursement_books_disagree('the ledger did not confirm its release');
  END IF;
  IF d.return_entry_id IS NOT NULL AND NOT EXISTS (SELECT FROM ledger.entry
    WHERE id = d.return_entry_id AND kind = 'wire_returned' AND reverses_entry_id = d.release_entry_id) THEN
    PERFORM disbursement_books_disagree('the ledger did not take its wire back');
  END IF;
  RETURN NULL;
END $$;

-- The release moved the amount to the wire, the fee to the bank, and gave each line exactly its numbered cents.
CREATE FUNCTION disbursement_release_in_books(d public.disbursement) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, ledger, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ledger.entry e WHERE e.id = d.release_entry_id AND e.kind = 'release'
      AND e.reverses_entry_id = d.encumbrance_entry_id AND e.source_type = 'disbursement' AND e.source_id = d.id::text)
    OR (SELECT sum(amount_minor) FROM ledger.transfer WHERE entry_id = d.release_entry_id AND debit_account_id % 100 = 5)
      IS DISTINCT FROM d.amount_minor
    OR coalesce((SELECT sum(amount_minor) FROM ledger.transfer WHERE entry_id = d.release_entry_id AND debit_account_id % 100 = 23), 0)
      IS DISTINCT FROM d.transfer_fee_minor THEN
    PERFORM disbursement_books_disagree('the ledger did not release this amount and fee for it');
  END IF;
  IF EXISTS (SELECT FROM (SELECT id, amount_minor FROM disbursement_line WHERE disbursement_id = d.id) l FULL JOIN (
      SELECT line_id, sum(upper(cents) - lower(cents)) AS spent FROM ledger.outflow
      WHERE fund_id = d.fund_id AND entry_id = d.release_entry_id AND kind = 'disbursement' GROUP BY line_id) o ON o.line_id = l.id
    WHERE o.spent IS DISTINCT FROM l.amount_minor) THEN
    PERFORM disbursement_books_disagree('the cents that left are not the cents of its lines');
  END IF;
END $$;

CREATE CONSTRAINT TRIGGER disbursement_books AFTER INSERT OR UPDATE ON disbursement DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION disbursement_books();
ALTER TABLE disbursement ENABLE ALWAYS TRIGGER disbursement_books;

-- An approval that became void must have given its promise back.
CREATE FUNCTION disbursement_voided() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, ledger, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ledger.entry WHERE reverses_entry_id = OLD.encumbrance_entry_id AND kind = 'encumbrance_cancelled') THEN
    PERFORM disbursement_books_disagree('the promise of the void approval still stands in the ledger');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER disbursement_voided AFTER UPDATE ON disbursement DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.encumbrance_entry_id IS NOT NULL AND NEW.encumbrance_entry_id IS NULL) EXECUTE FUNCTION disbursement_voided();
ALTER TABLE disbursement ENABLE ALWAYS TRIGGER disbursement_voided;

-- From the ledger to the disbursements: what a fund has promised is the sum of what is approved, and what it has on the
-- wire is the sum of what is released, so that calling the posting functions directly goes round nobody. It hangs on the
-- guard, which every decision about a fund writes and no donor does. A fund of no chapter (a benchmark's) is free.
CREATE INDEX disbursement_fund_id_status_idx ON disbursement (fund_id, status);

CREATE FUNCTION ledger_money_out() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, ledger, pg_temp AS $$
DECLARE held bigint[];
BEGIN
  IF NOT EXISTS (SELECT FROM ledger.fund f JOIN chapter c ON c.id = f.chapter_id WHERE f.id = NEW.fund_id) THEN RETURN NULL; END IF;
  SELECT balances INTO held FROM ledger.guard WHERE fund_id = NEW.fund_id;
  IF (SELECT coalesce(sum(amount_minor), 0) FROM disbursement WHERE fund_id = NEW.fund_id AND status = 'approved')
      IS DISTINCT FROM coalesce(held[31], 0)
    OR EXISTS (SELECT FROM disbursement d JOIN ledger.entry e ON e.reverses_entry_id = d.encumbrance_entry_id
      WHERE d.fund_id = NEW.fund_id AND d.status = 'approved') THEN
    PERFORM disbursement_books_disagree('a chapter''s money is promised, and a promise is taken back, only through a disbursement');
  END IF;
  IF (SELECT coalesce(sum(amount_minor), 0) FROM disbursement WHERE fund_id = NEW.fund_id AND status = 'released')
      IS DISTINCT FROM coalesce(held[5], 0)
    OR EXISTS (SELECT FROM disbursement d JOIN ledger.entry e ON e.reverses_entry_id = d.release_entry_id OR e.completes_entry_id = d.release_entry_id
      WHERE d.fund_id = NEW.fund_id AND d.status = 'released') THEN
    PERFORM disbursement_books_disagree('a chapter''s money is sent, confirmed and taken back only through a disbursement');
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_money_out AFTER UPDATE ON ledger.guard DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.balances[31] IS DISTINCT FROM NEW.balances[31] OR OLD.balances[5] IS DISTINCT FROM NEW.balances[5])
  EXECUTE FUNCTION ledger_money_out();
ALTER TABLE ledger.guard ENABLE ALWAYS TRIGGER ledger_money_out;
