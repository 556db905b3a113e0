-- Money given back by hand, and givers' money that came back after their hold had ended. lib/donations, lib/holds.

-- ─────────────────────────────────── refunds by hand ───────────────────────────────────

-- From the bank, from cash that no bank line is matched to yet, and the reserve's part through interfund.
INSERT INTO ledger.posting_rule (kind, debit_code, credit_code) VALUES
  ('refund', 14, 41), ('refund', 14, 3), ('refund', 33, 41),
  ('reversal', 41, 14), ('reversal', 3, 14), ('reversal', 41, 33) ON CONFLICT DO NOTHING;
DO $$ BEGIN PERFORM ledger.apply_posting_rules(); END $$;

-- A gift is given back, whole or in part, from the bank account p_bank, or from the cash of an offline gift that no bank line is
-- matched to (p_bank null). What of it stays claimed at the end is at most what was given. The gift's own numbers go first, then
-- the fund's others, then the reserve's; unlike Stripe's refunds it is a decision of ours, so where nobody has the money, it
-- is refused. What is in quarantine is its givers': it is yielded as for every refund.
CREATE FUNCTION ledger.post_hand_refund(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_gift_entry bigint, p_amount bigint, p_bank text, p_reserve bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_gross bigint; v_left bigint; v_own bigint; v_rest bigint; v_code int; v_code_reserve int; g record;
  v_funds bigint[] := array_remove(ARRAY[p_fund, p_reserve], NULL);
  v_hash bytea := sha256(record_send(ROW('hand_refund'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_gift_entry, p_amount, p_bank, p_reserve)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  IF p_amount <= 0 OR p_reserve = p_fund OR p_source_type <> 'hand_refund' THEN RAISE EXCEPTION 'The amount must be more than zero.' USING ERRCODE = 'CP005'; END IF;
  SELECT sum(amount_minor) INTO v_gross FROM transfer
    WHERE entry_id = p_gift_entry AND fund_id = p_fund AND kind IN ('gift', 'offline_gift') AND debit_account_id % 100 IN (1, 3);
  IF v_gross IS NULL THEN RAISE EXCEPTION 'There is no such gift to this fund.' USING ERRCODE = 'CP004'; END IF;
  IF EXISTS (SELECT FROM entry WHERE reverses_entry_id = p_gift_entry) THEN
    RAISE EXCEPTION 'This gift was taken back as a whole.' USING ERRCODE = 'CP003';
  END IF;
  v_left := v_gross - claimed_by(p_fund, p_gift_entry, 'refund') - claimed_by(p_fund, p_gift_entry, 'dispute');
  IF p_amount > v_left THEN
    RAISE EXCEPTION 'Of this gift % can still be given back.', (SELECT show_money(greatest(v_left, 0), currency) FROM fund WHERE id = p_fund)
      USING ERRCODE = 'CP005';
  END IF;
  PERFORM need_one_currency(v_funds);
  v_entry := begin_entry('refund', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  INSERT INTO gift_claim (entry_id, fund_id, gift_entry_id, amount_minor) VALUES (v_entry, p_fund, p_gift_entry, p_amount);
  IF p_bank IS NULL THEN
    IF EXISTS (SELECT FROM entry c WHERE c.completes_entry_id = p_gift_entry AND NOT EXISTS (SELECT FROM entry r WHERE r.reverses_entry_id = c.id))
      OR NOT EXISTS (SELECT FROM entry WHERE id = p_gift_entry AND kind = 'offline_gift') THEN
      RAISE EXCEPTION 'The money of this gift is not in the cash box.' USING ERRCODE = 'CP003';
    END IF;
    PERFORM need_balance(p_fund, 3, p_amount, 'There is %s undeposited in this fund; %s was asked.');
    PERFORM write_transfers(v_entry, 'refund', p_fund, '{14}', '{3}', ARRAY[p_amount]);
    PERFORM spend_cents(p_fund, v_entry, 'refund', NULL, p_amount, p_gift_entry);
    RETURN v_entry;
  END IF;
  v_code := bank_code(p_fund, p_bank);
  SELECT balances[1] - early_minor AS pending, coalesce(balances[6], 0) AS owed INTO g FROM guard WHERE fund_id = p_fund;
  IF g.owed > 0 THEN PERFORM need_headroom(p_fund, p_amount); END IF;
  -- The bank does not have what is pending at Stripe, so the quarantine yields as if there were none.
  PERFORM yield_quarantine(v_entry, p_fund, p_amount + g.pending);
  SELECT least(p_amount, headroom_minor) INTO v_own FROM guard WHERE fund_id = p_fund;
  v_rest := p_amount - v_own;
  IF v_rest > 0 AND p_reserve IS NULL THEN PERFORM need_headroom(p_fund, p_amount); END IF;
  PERFORM need_balance(p_fund, v_code, v_own, 'This fund has %s in that bank account; %s was asked.');
  PERFORM need_bank(p_fund, p_bank, p_amount);
  PERFORM write_transfers(v_entry, 'refund', p_fund, '{14,14}', ARRAY[v_code, 33], ARRAY[v_own, v_rest]);
  PERFORM spend_cents(p_fund, v_entry, 'refund', NULL, v_own, p_gift_entry);
  IF v_rest > 0 THEN
    v_code_reserve := bank_code(p_reserve, p_bank);
    PERFORM need_headroom(p_reserve, v_rest);
    PERFORM need_balance(p_reserve, v_code_reserve, v_rest, 'The general fund has %s in that bank account; %s was asked.');
    PERFORM write_transfers(v_entry, 'refund', p_reserve, '{33}', ARRAY[v_code_reserve], ARRAY[v_rest]);
    PERFORM spend_cents(p_reserve, v_entry, 'interfund', NULL, v_rest);
  END IF;
  RETURN v_entry;
END $$;

-- As before, but what was given back by hand is no hindrance: what Stripe did is not refused.
CREATE OR REPLACE FUNCTION ledger.post_refund(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_fund bigint, p_gift_entry bigint, p_amount bigint, p_reserve bigint, p_reserve_first boolean
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_gross bigint; v_net bigint; v_before bigint; v_lost bigint; v_refunded bigint;
  v_funds bigint[] := array_remove(ARRAY[p_fund, p_reserve], NULL);
  v_hash bytea := sha256(record_send(ROW('refund'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_fund, p_gift_entry, p_amount, p_reserve, p_reserve_first)));
BEGIN
  PERFORM lock_guards(v_funds);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  SELECT gross, net, taken INTO v_gross, v_net, v_before FROM gift_state(p_fund, p_gift_entry);
  IF p_amount <= 0 OR p_reserve = p_fund THEN RAISE EXCEPTION 'The amount must be more than zero.' USING ERRCODE = 'CP005'; END IF;
  IF v_gross IS NULL THEN RAISE EXCEPTION 'There is no such gift to this fund.' USING ERRCODE = 'CP004'; END IF;
  SELECT claimed_by(p_fund, p_gift_entry, 'refund') - coalesce(sum(c.amount_minor), 0) INTO v_refunded
    FROM gift_claim c JOIN entry e ON e.id = c.entry_id
    WHERE c.gift_entry_id = p_gift_entry AND c.fund_id = p_fund AND e.kind = 'refund' AND e.source_type = 'hand_refund'
      AND NOT EXISTS (SELECT FROM entry r WHERE r.reverses_entry_id = e.id);
  IF v_refunded + p_amount > v_gross THEN
    RAISE EXCEPTION 'Of this gift % can still be refunded.', (SELECT show_money(v_gross - v_refunded, currency) FROM fund WHERE id = p_fund)
      USING ERRCODE = 'CP005';
  END IF;
  PERFORM need_one_currency(v_funds);
  PERFORM open_entry(p_gift_entry, '{gift}');
  v_entry := begin_entry('refund', v_funds, p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo);
  v_lost := CASE WHEN p_reserve_first AND p_reserve IS NOT NULL
    THEN greatest(v_before + p_amount - v_net, 0) - greatest(v_before - v_net, 0) ELSE 0 END;
  INSERT INTO gift_claim (entry_id, fund_id, gift_entry_id, amount_minor) VALUES (v_entry, p_fund, p_gift_entry, p_amount);
  PERFORM take_back(v_entry, 'refund', p_fund, p_reserve, p_gift_entry, 14, 'refund', p_amount - v_lost, false);
  PERFORM take_back(v_entry, 'refund', p_fund, p_reserve, p_gift_entry, 14, 'refund', v_lost, p_reserve_first);
  RETURN v_entry;
END $$;

-- What was given back out of the cash box is not deposited any more.
CREATE OR REPLACE FUNCTION ledger.deposit_offline_gift(
  p_key text, p_source_type text, p_source_id text, p_effective timestamptz, p_actor text, p_memo text,
  p_gift_entry bigint, p_bank text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_entry bigint; v_fund bigint; v_amount bigint;
  v_hash bytea := sha256(record_send(ROW('offline_deposit'::text, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    p_gift_entry, p_bank)));
BEGIN
  SELECT fund_id, amount_minor INTO v_fund, v_amount FROM transfer WHERE entry_id = p_gift_entry AND kind = 'offline_gift';
  IF NOT FOUND THEN RAISE EXCEPTION 'There is no such offline gift.' USING ERRCODE = 'CP004'; END IF;
  PERFORM lock_guards(ARRAY[v_fund]);
  v_entry := replayed_entry(p_key, v_hash);
  IF v_entry IS NOT NULL THEN RETURN -v_entry; END IF;
  PERFORM open_entry(p_gift_entry, '{offline_gift}');
  v_amount := v_amount - given_back_in_cash(p_gift_entry);
  IF v_amount <= 0 THEN RAISE EXCEPTION 'All of this gift was given back in cash; there is nothing to deposit.' USING ERRCODE = 'CP003'; END IF;
  PERFORM need_balance(v_fund, 3, v_amount, 'There is %s undeposited in this fund; %s was asked.');
  v_entry := begin_entry('offline_deposit', ARRAY[v_fund], p_key, v_hash, p_source_type, p_source_id, p_effective, p_actor, p_memo,
    NULL, p_gift_entry);
  PERFORM write_transfers(v_entry, 'offline_deposit', v_fund, ARRAY[bank_code(v_fund, p_bank)], ARRAY[3], ARRAY[v_amount]);
  RETURN v_entry;
END $$;

-- What of an offline gift was given back before it came to a bank, and stands.
CREATE FUNCTION ledger.given_back_in_cash(p_gift_entry bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
  SELECT coalesce(sum(t.amount_minor), 0)::bigint FROM gift_claim c JOIN transfer t ON t.entry_id = c.entry_id AND t.fund_id = c.fund_id
  WHERE c.gift_entry_id = p_gift_entry AND t.kind = 'refund' AND t.credit_account_id % 100 = 3
    AND NOT EXISTS (SELECT FROM entry r WHERE r.reverses_entry_id = c.entry_id)
$$;

-- As before, and of a gift without Stripe as well.
CREATE OR REPLACE FUNCTION ledger.loss_bearers(p_gift_entry bigint, p_entries bigint[])
RETURNS TABLE (own_minor bigint, other_minor bigint, reserve_minor bigint, receivable_minor bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ledger, pg_temp AS $$
  WITH standing AS (
    SELECT e.id FROM entry e WHERE e.id = ANY (p_entries) AND NOT EXISTS (SELECT FROM entry r WHERE r.reverses_entry_id = e.id)
  ), gift_funds AS (SELECT DISTINCT fund_id FROM transfer WHERE entry_id = p_gift_entry AND kind IN ('gift', 'offline_gift')
  ), spent AS (
    SELECT count_cents(int8multirange(o.cents)) AS minor,
      CASE WHEN f.fund_id IS NULL THEN 0 ELSE count_cents(int8multirange(o.cents) * own_cents(o.fund_id, p_gift_entry)) END AS own
    FROM outflow o JOIN standing s ON s.id = o.entry_id LEFT JOIN gift_funds f ON f.fund_id = o.fund_id
    WHERE o.kind <> 'interfund'
  ), moved AS (
    SELECT coalesce(sum(t.amount_minor) FILTER (WHERE t.credit_account_id % 100 = 33), 0)::bigint AS reserve,
      coalesce(sum(t.amount_minor) FILTER (WHERE t.debit_account_id % 100 = 6), 0)::bigint AS receivable
    FROM transfer t JOIN standing s ON s.id = t.entry_id WHERE t.debit_account_id % 100 <> 2
  )
  SELECT coalesce((SELECT sum(own) FROM spent), 0)::bigint, coalesce((SELECT sum(minor - own) FROM spent), 0)::bigint, reserve, receivable
  FROM moved
$$;

REVOKE ALL ON FUNCTION ledger.post_hand_refund, ledger.given_back_in_cash FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.post_hand_refund, ledger.given_back_in_cash TO purse_app;

ALTER TABLE refund
  -- The day it was given back, the text of the transfer, and the bank account it left; no account: out of the cash box.
  ADD COLUMN paid_on date, ADD COLUMN paid_reference text, ADD COLUMN paid_from_bank text,
  DROP CONSTRAINT refund_of_the_desk_is_somebodys, DROP CONSTRAINT refund_known_to_stripe,
  ADD CONSTRAINT refund_of_the_desk_is_somebodys CHECK ((origin IN ('desk', 'hand')) = (requested_by_id IS NOT NULL)),
  ADD CONSTRAINT refund_known_to_stripe CHECK (stripe_id IS NOT NULL OR origin = 'hand' OR status IN ('requested', 'refused')),
  ADD CONSTRAINT refund_by_hand CHECK ((origin = 'hand') = (paid_on IS NOT NULL)
    AND (origin <> 'hand' OR (status IN ('succeeded', 'failed') AND stripe_id IS NULL AND reason IS NOT NULL))),
  ADD CONSTRAINT refund_paid_from CHECK (origin = 'hand' OR num_nonnulls(paid_reference, paid_from_bank) = 0),
  ADD CONSTRAINT refund_paid_reference CHECK (length(paid_reference) BETWEEN 1 AND 140);

-- A refund by hand is what the ledger posted for its gift, and failed when the ledger took that back.
CREATE FUNCTION refund_by_hand_in_books() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.paid_on, OLD.paid_reference, OLD.paid_from_bank, OLD.reason)
      IS DISTINCT FROM (NEW.paid_on, NEW.paid_reference, NEW.paid_from_bank, NEW.reason) THEN
    RAISE EXCEPTION 'a refund keeps what was asked and what was posted' USING ERRCODE = 'CP001';
  END IF;
  IF NOT EXISTS (SELECT FROM ledger.gift_claim c JOIN donation d ON d.entry_id = c.gift_entry_id
      WHERE c.entry_id = NEW.entry_ids[1] AND d.id = NEW.donation_id
        AND (c.amount_minor = NEW.amount_minor OR d.settled_currency <> d.currency))
    OR (NEW.status = 'failed') <> EXISTS (SELECT FROM ledger.entry WHERE reverses_entry_id = NEW.entry_ids[1]) THEN
    RAISE EXCEPTION 'a refund by hand is what the ledger posted' USING ERRCODE = 'CP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refund_by_hand_in_books BEFORE INSERT OR UPDATE ON refund FOR EACH ROW WHEN (NEW.origin = 'hand')
  EXECUTE FUNCTION refund_by_hand_in_books();

-- ─────────────────────────── money that came back for a giver whose hold has ended ───────────────────────────

ALTER TABLE donor_choice
  -- given_back: by hand, settled_refund_id says how. kept: it could not be given back. redirected: the giver let it go on after all.
  ADD COLUMN settled_how text CHECK (settled_how IN ('given_back', 'kept', 'redirected', 'nothing_left')),
  ADD COLUMN settled_refund_id uuid UNIQUE REFERENCES refund (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  -- The refund about whose failure the giver was written to.
  ADD COLUMN told_refund_id uuid,
  ADD CONSTRAINT donor_choice_settled_how CHECK ((settled_how IS NULL OR settled_at IS NOT NULL)
    AND (settled_refund_id IS NOT NULL) = (settled_how IS NOT DISTINCT FROM 'given_back'));

-- As before, but a refund that came to nothing may be followed by another one of the same gift.
CREATE OR REPLACE FUNCTION donor_choice_guard() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE h campaign_hold;
BEGIN
  SELECT * INTO h FROM campaign_hold WHERE id = NEW.hold_id FOR SHARE;
  IF TG_OP = 'INSERT' THEN
    IF h.status <> 'choosing' OR h.choices_closed_at IS NOT NULL OR num_nonnulls(NEW.choice, NEW.refund_id, NEW.settled_at) > 0 THEN
      RAISE EXCEPTION 'choice: begins unmade, while the window is open' USING ERRCODE = 'CP162';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.hold_id, NEW.donation_id, NEW.donor_id, NEW.at_stake_minor, NEW.token_hash)
    IS DISTINCT FROM (OLD.hold_id, OLD.donation_id, OLD.donor_id, OLD.at_stake_minor, OLD.token_hash)
    OR OLD.settled_at IS NOT NULL AND (NEW.settled_at, NEW.settled_by, NEW.settled_note, NEW.settled_how, NEW.settled_refund_id, NEW.refund_id)
      IS DISTINCT FROM (OLD.settled_at, OLD.settled_by, OLD.settled_note, OLD.settled_how, OLD.settled_refund_id, OLD.refund_id)
      -- What was given back by hand may come back, too: then it is open again.
      AND NOT (NEW.settled_at IS NULL AND NEW.refund_id IS NOT DISTINCT FROM OLD.refund_id
        AND EXISTS (SELECT FROM refund r WHERE r.id = OLD.settled_refund_id AND r.status = 'failed')) THEN
    RAISE EXCEPTION 'choice: what it is about, and what was done, never changes' USING ERRCODE = 'CP162';
  END IF;
  IF OLD.refund_id IS NOT NULL AND NEW.refund_id IS DISTINCT FROM OLD.refund_id AND (NEW.refund_id IS NULL
    OR NOT EXISTS (SELECT FROM refund r WHERE r.id = OLD.refund_id AND r.status IN ('failed', 'canceled', 'refused'))) THEN
    RAISE EXCEPTION 'choice: another refund follows only one that came to nothing' USING ERRCODE = 'CP162';
  END IF;
  IF (NEW.choice, NEW.defaulted) IS DISTINCT FROM (OLD.choice, OLD.defaulted) AND h.choices_closed_at IS NOT NULL THEN
    RAISE EXCEPTION 'choice: the window has closed' USING ERRCODE = 'CP162';
  END IF;
  IF NEW.refund_id IS DISTINCT FROM OLD.refund_id AND (h.choices_closed_at IS NULL
    OR NOT EXISTS (SELECT FROM refund r WHERE r.id = NEW.refund_id AND r.donation_id = NEW.donation_id AND r.origin::text = 'choice')) THEN
    RAISE EXCEPTION 'choice: its refund is of its own gift, after the window' USING ERRCODE = 'CP162';
  END IF;
  IF NEW.settled_refund_id IS NOT NULL AND NEW.settled_refund_id IS DISTINCT FROM OLD.settled_refund_id
    AND NOT EXISTS (SELECT FROM refund r WHERE r.id = NEW.settled_refund_id AND r.donation_id = NEW.donation_id AND r.origin::text = 'hand') THEN
    RAISE EXCEPTION 'choice: what was given back by hand is of its own gift' USING ERRCODE = 'CP162';
  END IF;
  RETURN NEW;
END $$;

-- A giver's refund that comes back, from Stripe or by hand, is set aside for them in the transaction that books it, whether the hold has ended or goes
-- on with the alternate: nobody could promise it in between. What the fund owes the chapter first, or has pending, follows by
-- the worker (lib/holds tendReturned). No lock on the hold: whoever ends it waits for this fund's guard, and is refused
-- at its commit if it overlooked this.
CREATE FUNCTION refund_back_set_aside() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ledger, public, pg_temp AS $$
DECLARE c record; v_back bigint; v_free bigint; v_lacks bigint;
BEGIN
  SELECT h.id, h.fund_id INTO c FROM public.donor_choice d JOIN public.campaign_hold h ON h.id = d.hold_id
    WHERE (d.refund_id = NEW.id AND d.settled_at IS NULL OR d.settled_refund_id = NEW.id) AND h.status IN ('choosing', 'closed');
  IF NOT FOUND THEN RETURN NULL; END IF;
  UPDATE public.donor_choice SET settled_at = NULL, settled_by = NULL, settled_note = NULL, settled_how = NULL, settled_refund_id = NULL
    WHERE settled_refund_id = NEW.id;
  SELECT coalesce(sum(t.amount_minor), 0) INTO v_back FROM ledger.transfer t WHERE t.entry_id = ANY (NEW.entry_ids) AND t.kind = 'refund'
    AND t.fund_id = c.fund_id AND t.debit_account_id % 100 = 14 AND (t.credit_account_id % 100 = 2 OR t.credit_account_id % 100 >= 41);
  PERFORM ledger.lock_guards(ARRAY[c.fund_id]);
  SELECT CASE WHEN coalesce(balances[6], 0) > 0 THEN 0 ELSE headroom_minor END INTO v_free FROM ledger.guard WHERE fund_id = c.fund_id;
  -- Some of it may still be set aside, where the fund's other money bore the refund that has come back.
  SELECT (SELECT coalesce(sum(d.at_stake_minor), 0) FROM public.donor_choice d LEFT JOIN public.refund r ON r.id = d.refund_id
      WHERE d.hold_id = c.id AND d.choice = 'refund' AND d.settled_at IS NULL
        AND (r.id IS NULL OR r.balance_transaction_id IS NULL OR r.status IN ('failed', 'canceled', 'refused')))
    - (SELECT coalesce(sum(q.amount_minor), 0) FROM ledger.quarantines q WHERE q.hold_id = c.id) INTO v_lacks;
  v_back := least(v_back, v_free, v_lacks);
  IF v_back > 0 THEN
    PERFORM ledger.encumber('refund-back:' || NEW.id, 'campaign_hold', c.id::text, coalesce(NEW.seen_at, clock_timestamp()), 'system:stripe',
      NULL, c.fund_id, v_back);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER refund_back_set_aside AFTER UPDATE ON refund FOR EACH ROW
  WHEN (NEW.origin = 'choice' AND OLD.failure_transaction_id IS NULL AND NEW.failure_transaction_id IS NOT NULL
    OR NEW.origin = 'hand' AND OLD.status <> 'failed' AND NEW.status = 'failed')
  EXECUTE FUNCTION refund_back_set_aside();

-- What a fund has promised is what is approved and what is in quarantine for a hold of it. One that has ended keeps no more
-- than what its givers still wait for.
CREATE OR REPLACE FUNCTION ledger_money_out() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, ledger, pg_temp AS $$
DECLARE held bigint[];
BEGIN
  IF NOT EXISTS (SELECT FROM ledger.fund f JOIN chapter c ON c.id = f.chapter_id WHERE f.id = NEW.fund_id) THEN RETURN NULL; END IF;
  SELECT balances INTO held FROM ledger.guard WHERE fund_id = NEW.fund_id;
  IF (SELECT coalesce(sum(amount_minor), 0) FROM disbursement WHERE fund_id = NEW.fund_id AND status = 'approved')
      + (SELECT coalesce(sum(q.amount_minor), 0) FROM public.campaign_hold h JOIN ledger.quarantines q ON q.hold_id = h.id AND q.fund_id = h.fund_id
        WHERE h.fund_id = NEW.fund_id AND h.status <> 'cured')
      IS DISTINCT FROM coalesce(held[31], 0)
    OR EXISTS (SELECT FROM disbursement d JOIN ledger.entry e ON e.reverses_entry_id = d.encumbrance_entry_id
      WHERE d.fund_id = NEW.fund_id AND d.status = 'approved')
    OR EXISTS (SELECT FROM public.campaign_hold h JOIN ledger.quarantines q ON q.hold_id = h.id AND q.fund_id = h.fund_id
      WHERE h.fund_id = NEW.fund_id AND h.status = 'closed' GROUP BY h.id
      HAVING sum(q.amount_minor) > (SELECT coalesce(sum(d.at_stake_minor), 0) FROM public.donor_choice d
        WHERE d.hold_id = h.id AND d.choice = 'refund' AND d.settled_at IS NULL)) THEN
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
