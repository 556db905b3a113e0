-- Every time a gate says no. The day and the gate are public, as figures; what it was about stays inside, and no column
-- leads to a person.
CREATE TABLE gate_refusal (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  gate text NOT NULL,
  stage text NOT NULL,
  refused_on date NOT NULL,
  chapter_id uuid,
  subject_key text
);
ALTER TABLE gate_refusal
  ADD CONSTRAINT gate_refusal_gate CHECK (gate IN ('approved', 'expired', 'screening_age', 'screening_list', 'screening_hit', 'cap', 'funds',
    'restriction', 'agreement', 'evidence_overdue', 'separation', 'bank_account', 'bank_cooling_off', 'region', 'end_use',
    'prohibited_purpose', 'dual_use_review')),
  ADD CONSTRAINT gate_refusal_stage CHECK (stage IN ('request', 'approval', 'release', 'campaign', 'application')),
  ADD CONSTRAINT gate_refusal_subject CHECK (length(subject_key) BETWEEN 1 AND 200);
CREATE INDEX gate_refusal_refused_on_gate_idx ON gate_refusal (refused_on, gate);
-- Asking again on the same day, with nothing changed, is the same refusal. Where the subject is not known each one counts.
CREATE UNIQUE INDEX gate_refusal_gate_stage_subject_key_refused_on_key ON gate_refusal (gate, stage, subject_key, refused_on);

REVOKE UPDATE, DELETE, TRUNCATE ON gate_refusal FROM purse_app;
CREATE TRIGGER gate_refusal_append_only BEFORE UPDATE OR DELETE ON gate_refusal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER gate_refusal_no_truncate BEFORE TRUNCATE ON gate_refusal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE gate_refusal ENABLE ALWAYS TRIGGER gate_refusal_append_only;
ALTER TABLE gate_refusal ENABLE ALWAYS TRIGGER gate_refusal_no_truncate;
