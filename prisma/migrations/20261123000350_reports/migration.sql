-- Reports and ledger pages read by the day on which things happened.
CREATE INDEX entry_effective ON ledger.entry (effective_at, id);

-- The same function with its words as constants of the type: a cast from text kept the planner from inlining it into the
-- views, and a sum over 100,000 transfers took 5.9 s instead of 0.4 s.
CREATE OR REPLACE FUNCTION ledger.code_role(p_code bigint) RETURNS ledger.account_role
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE p_code
    WHEN 1 THEN 'stripe_pending'::ledger.account_role WHEN 2 THEN 'stripe_available' WHEN 3 THEN 'undeposited' WHEN 4 THEN 'in_transit'
    WHEN 5 THEN 'in_transit' WHEN 6 THEN 'chapter_receivable' WHEN 11 THEN 'contributions' WHEN 12 THEN 'fee_cover'
    WHEN 13 THEN 'tips' WHEN 14 THEN 'refunds' WHEN 15 THEN 'disputes_lost' WHEN 21 THEN 'processing_fees'
    WHEN 22 THEN 'dispute_fees' WHEN 23 THEN 'transfer_fees' WHEN 24 THEN 'aid_granted' WHEN 25 THEN 'exchange_loss'
    WHEN 31 THEN 'encumbrances' WHEN 32 THEN 'reserve_for_encumbrances' WHEN 33 THEN 'interfund' WHEN 34 THEN 'exchange'
    WHEN 35 THEN 'restricted_net_assets' WHEN 36 THEN 'unrestricted_net_assets'
    ELSE CASE WHEN p_code BETWEEN 41 AND 99 THEN 'bank'::ledger.account_role END END
$$;
