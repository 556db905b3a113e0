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

-- From the ledger to the disbursement: money of a chapter is promised and sent only for a disbursement that says the
-- same, so that calling the posting functions directly goes round nobody. A fund of no chapter (a benchmark's) is free.
CREATE FUNCTION ledger_money_out() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, ledger, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ledger.transfer t JOIN ledger.fund f ON f.id = t.fund_id JOIN chapter c ON c.id = f.chapter_id
    WHERE t.entry_id = NEW.id) THEN RETURN NULL; END IF;
  IF NOT (CASE NEW.kind
    WHEN 'encumbrance' THEN EXISTS (SELECT FROM disbursement WHERE encumbrance_entry_id = NEW.id)
      OR EXISTS (SELECT FROM ledger.entry WHERE reverses_entry_id = NEW.id AND kind = 'encumbrance_cancelled')
    WHEN 'encumbrance_cancelled' THEN NOT EXISTS (SELECT FROM disbursement WHERE encumbrance_entry_id = NEW.reverses_entry_id AND status <> 'cancelled')
    WHEN 'release' THEN EXISTS (SELECT FROM disbursement WHERE release_entry_id = NEW.id AND encumbrance_entry_id = NEW.reverses_entry_id)
    WHEN 'grant_confirmed' THEN EXISTS (SELECT FROM disbursement WHERE confirm_entry_id = NEW.id AND release_entry_id = NEW.completes_entry_id)
    WHEN 'wire_returned' THEN EXISTS (SELECT FROM disbursement WHERE return_entry_id = NEW.id AND release_entry_id = NEW.reverses_entry_id)
  END) THEN
    PERFORM disbursement_books_disagree(format('a chapter''s ledger has %s only through a disbursement', NEW.kind));
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_money_out AFTER INSERT ON ledger.entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind IN ('encumbrance', 'encumbrance_cancelled', 'release', 'grant_confirmed', 'wire_returned'))
  EXECUTE FUNCTION ledger_money_out();
ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER ledger_money_out;
