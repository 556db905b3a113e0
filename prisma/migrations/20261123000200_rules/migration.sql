-- The app's login may read and write the business tables; what follows takes back what it must not touch.
GRANT USAGE ON SCHEMA public TO purse_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO purse_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO purse_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO purse_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO purse_app;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: the record is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'CP001';
END $$;

-- Audit log: append-only for everyone, and chained, so that a row changed by a superuser is found.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_event FROM purse_app;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION audit_event_digest(event audit_event, previous bytea) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(coalesce(previous, '\x'::bytea) || convert_to(jsonb_build_array(
    event.id, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS'), event.actor_id, event.action,
    event.subject_type, event.subject_id, event.chapter_id, event.reason, event.detail)::text, 'UTF8'))
$$;

-- The lock makes the chain one line: two writers would otherwise both follow the same row. It is taken when the
-- audit row is written, which is the last statement of a write, so it is held for the length of a commit.
CREATE FUNCTION audit_event_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit_event', 0));
  NEW.id := nextval('audit_event_id_seq');
  SELECT hash INTO NEW.previous_hash FROM audit_event ORDER BY id DESC LIMIT 1;
  NEW.hash := audit_event_digest(NEW, NEW.previous_hash);
  RETURN NEW;
END $$;
CREATE TRIGGER audit_event_chain BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_chain();

-- Decisions are history as well: a change of status is written once.
REVOKE UPDATE, DELETE, TRUNCATE ON campaign_transition, aid_group_status_change FROM purse_app;
CREATE TRIGGER campaign_transition_append_only BEFORE UPDATE OR DELETE ON campaign_transition FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER aid_group_status_change_append_only BEFORE UPDATE OR DELETE ON aid_group_status_change FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Records of what Stripe said are never deleted.
REVOKE DELETE, TRUNCATE ON stripe_event, balance_transaction, balance_transaction_leg, stripe_payout, stripe_call, donation, pledge FROM purse_app;
REVOKE UPDATE ON balance_transaction_leg FROM purse_app;

-- Amounts are positive, or zero where nothing was asked for.
ALTER TABLE campaign ADD CHECK (goal_minor > 0), ADD CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE campaign ADD CONSTRAINT campaign_reviewed_by_another CHECK (reviewed_by_id IS NULL OR (reviewed_by_id <> created_by_id AND reviewed_by_id IS DISTINCT FROM submitted_by_id));
ALTER TABLE campaign ADD CONSTRAINT campaign_live_has_fund_and_review CHECK (status IN ('draft', 'in_review') OR (fund_id IS NOT NULL AND reviewed_by_id IS NOT NULL));
ALTER TABLE budget_line ADD CHECK (amount_minor > 0);
ALTER TABLE pledge ADD CHECK (amount_minor > 0);
ALTER TABLE donation ADD CHECK (gift_minor > 0), ADD CHECK (cover_minor >= 0), ADD CHECK (tip_minor >= 0), ADD CHECK (fee_minor >= 0),
  ADD CONSTRAINT donation_settled_is_posted CHECK (status <> 'settled' OR (entry_id IS NOT NULL AND fund_id IS NOT NULL AND fee_minor IS NOT NULL AND settled_at IS NOT NULL));
ALTER TABLE aid_group ADD CONSTRAINT aid_group_approved_by_another CHECK (approved_by_id IS NULL OR (approved_by_id IS DISTINCT FROM nominated_by_id AND approved_by_id IS DISTINCT FROM reviewed_by_id)),
  ADD CONSTRAINT aid_group_approval_expires CHECK (status NOT IN ('approved', 'approved_with_conditions') OR (approved_until IS NOT NULL AND approved_by_id IS NOT NULL)),
  ADD CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE disbursement_line ADD CHECK (amount_minor > 0);
