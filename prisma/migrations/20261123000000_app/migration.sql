
-- CreateEnum
CREATE TYPE "role" AS ENUM ('organizer', 'treasurer', 'vetting_reviewer', 'auditor');

-- CreateEnum
CREATE TYPE "aid_group_status" AS ENUM ('draft', 'submitted', 'screening', 'in_review', 'info_requested', 'pending_second_approval', 'approved', 'approved_with_conditions', 'rejected', 'expiring', 'expired', 'suspended', 'rescreen_hit', 'withdrawn');

-- CreateEnum
CREATE TYPE "campaign_status" AS ENUM ('draft', 'in_review', 'live', 'paused', 'closed', 'settled');

-- CreateEnum
CREATE TYPE "aid_category" AS ENUM ('food', 'health', 'shelter', 'water', 'evacuation', 'power', 'communications', 'protection', 'education');

-- CreateEnum
CREATE TYPE "surplus_rule" AS ENUM ('same_aid_group', 'chapter_general_fund', 'next_campaign');

-- CreateEnum
CREATE TYPE "pledge_kind" AS ENUM ('once', 'monthly');

-- CreateEnum
CREATE TYPE "pledge_status" AS ENUM ('pending', 'active', 'fulfilled', 'lapsed', 'cancelled');

-- CreateEnum
CREATE TYPE "donation_status" AS ENUM ('started', 'settled', 'failed', 'expired');

-- CreateEnum
CREATE TYPE "stripe_event_status" AS ENUM ('pending', 'applied', 'ignored', 'quarantined');

-- CreateEnum
CREATE TYPE "disbursement_status" AS ENUM ('requested', 'approved', 'released', 'confirmed', 'returned', 'rejected', 'cancelled');

-- CreateEnum
CREATE TYPE "mail_status" AS ENUM ('queued', 'sent', 'failed');

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "email" TEXT NOT NULL,
    "name" TEXT,
    "email_verified" TIMESTAMPTZ(3),
    "is_admin" BOOLEAN NOT NULL DEFAULT false,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "session_token" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification_token" (
    "identifier" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verification_token_pkey" PRIMARY KEY ("identifier","token")
);

-- CreateTable
CREATE TABLE "chapter_role" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "user_id" UUID NOT NULL,
    "chapter_id" UUID NOT NULL,
    "role" "role" NOT NULL,
    "granted_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "chapter_role_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chapter" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "legal_name" TEXT NOT NULL,
    "city" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "deductibility" TEXT NOT NULL DEFAULT 'none',
    "general_fund_id" BIGINT,
    "release_threshold_minor" BIGINT NOT NULL DEFAULT 50000,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chapter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "aid_group" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "public_alias" TEXT,
    "summary" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "status" "aid_group_status" NOT NULL DEFAULT 'draft',
    "status_reason" TEXT,
    "chapter_id" UUID NOT NULL,
    "nominated_by_id" UUID,
    "reviewed_by_id" UUID,
    "approved_by_id" UUID,
    "approved_at" TIMESTAMPTZ(3),
    "approved_until" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "aid_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "aid_group_status_change" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "aid_group_id" UUID NOT NULL,
    "from_status" "aid_group_status" NOT NULL,
    "to_status" "aid_group_status" NOT NULL,
    "reason" TEXT,
    "actor_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "aid_group_status_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "campaign" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "chapter_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL DEFAULT '',
    "story_markdown" TEXT NOT NULL,
    "goal_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "deadline" DATE,
    "cover_file_id" UUID,
    "cover_alt" TEXT,
    "surplus_rule" "surplus_rule" NOT NULL DEFAULT 'same_aid_group',
    "status" "campaign_status" NOT NULL DEFAULT 'draft',
    "fund_id" BIGINT,
    "created_by_id" UUID NOT NULL,
    "submitted_by_id" UUID,
    "reviewed_by_id" UUID,
    "review_note" TEXT,
    "live_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "campaign_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget_line" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "campaign_id" UUID NOT NULL,
    "category" "aid_category" NOT NULL,
    "description" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "budget_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "campaign_aid_group" (
    "campaign_id" UUID NOT NULL,
    "aid_group_id" UUID NOT NULL,

    CONSTRAINT "campaign_aid_group_pkey" PRIMARY KEY ("campaign_id","aid_group_id")
);

-- CreateTable
CREATE TABLE "campaign_update" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "campaign_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "body_markdown" TEXT NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "campaign_update_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "campaign_transition" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "campaign_id" UUID NOT NULL,
    "event" TEXT NOT NULL,
    "from_status" "campaign_status" NOT NULL,
    "to_status" "campaign_status" NOT NULL,
    "reason" TEXT,
    "actor_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "campaign_transition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "donor" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "email" TEXT NOT NULL,
    "name" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "donor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pledge" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "campaign_id" UUID NOT NULL,
    "donor_id" UUID NOT NULL,
    "kind" "pledge_kind" NOT NULL DEFAULT 'once',
    "status" "pledge_status" NOT NULL DEFAULT 'pending',
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pledge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "donation" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "campaign_id" UUID NOT NULL,
    "pledge_id" UUID NOT NULL,
    "donor_id" UUID NOT NULL,
    "status" "donation_status" NOT NULL DEFAULT 'started',
    "submission_key" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "gift_minor" BIGINT NOT NULL,
    "cover_minor" BIGINT NOT NULL DEFAULT 0,
    "tip_minor" BIGINT NOT NULL DEFAULT 0,
    "show_name" BOOLEAN NOT NULL DEFAULT false,
    "show_amount" BOOLEAN NOT NULL DEFAULT true,
    "checkout_session_id" TEXT,
    "checkout_url" TEXT,
    "payment_intent_id" TEXT,
    "charge_id" TEXT,
    "balance_transaction_id" TEXT,
    "fee_minor" BIGINT,
    "fund_id" BIGINT,
    "entry_id" BIGINT,
    "receipt_token" TEXT NOT NULL,
    "failure_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "donation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stripe_call" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "idempotency_key" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "object_id" TEXT,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "stripe_call_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stripe_event" (
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "api_version" TEXT,
    "object_id" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "status" "stripe_event_status" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "stripe_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "balance_transaction" (
    "id" TEXT NOT NULL,
    "reporting_category" TEXT NOT NULL,
    "source_id" TEXT,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "fee_minor" BIGINT NOT NULL,
    "net_minor" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "available_on" TIMESTAMPTZ(3) NOT NULL,
    "entry_id" BIGINT,
    "available_entry_id" BIGINT,
    "payout_id" TEXT,

    CONSTRAINT "balance_transaction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "balance_transaction_leg" (
    "balance_transaction_id" TEXT NOT NULL,
    "fund_id" BIGINT NOT NULL,
    "net_minor" BIGINT NOT NULL,

    CONSTRAINT "balance_transaction_leg_pkey" PRIMARY KEY ("balance_transaction_id","fund_id")
);

-- CreateTable
CREATE TABLE "stripe_payout" (
    "id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "arrival_at" TIMESTAMPTZ(3) NOT NULL,
    "entry_id" BIGINT,
    "arrival_entry_id" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stripe_payout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "disbursement" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "number" SERIAL NOT NULL,
    "campaign_id" UUID NOT NULL,
    "aid_group_id" UUID NOT NULL,
    "fund_id" BIGINT NOT NULL,
    "status" "disbursement_status" NOT NULL DEFAULT 'requested',
    "purpose" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "release_threshold_minor" BIGINT NOT NULL,
    "requested_by_id" UUID NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "approved_by_id" UUID,
    "approved_at" TIMESTAMPTZ(3),
    "released_by_id" UUID,
    "released_at" TIMESTAMPTZ(3),
    "confirmed_by_id" UUID,
    "confirmed_at" TIMESTAMPTZ(3),
    "ended_by_id" UUID,
    "ended_reason" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "wire_reference" TEXT,
    "transfer_fee_minor" BIGINT,
    "encumbrance_entry_id" BIGINT,
    "release_entry_id" BIGINT,
    "confirm_entry_id" BIGINT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "disbursement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "disbursement_line" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "disbursement_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "category" "aid_category" NOT NULL,
    "description" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,

    CONSTRAINT "disbursement_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "evidence" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "disbursement_id" UUID NOT NULL,
    "line_id" UUID,
    "file_id" UUID NOT NULL,
    "caption" TEXT NOT NULL,
    "taken_on" DATE NOT NULL,
    "added_by_id" UUID NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evidence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stored_file" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "storage_key" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "byte_count" INTEGER NOT NULL,
    "file_name" TEXT NOT NULL,
    "is_public" BOOLEAN NOT NULL DEFAULT false,
    "chapter_id" UUID NOT NULL,
    "uploaded_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stored_file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbound_mail" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "kind" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "status" "mail_status" NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbound_mail_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "chapter_id" UUID,
    "reason" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "previous_hash" BYTEA,
    "hash" BYTEA,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_session_token_key" ON "session"("session_token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "verification_token_token_key" ON "verification_token"("token");

-- CreateIndex
CREATE INDEX "chapter_role_chapter_id_idx" ON "chapter_role"("chapter_id");

-- CreateIndex
CREATE UNIQUE INDEX "chapter_role_user_id_chapter_id_role_key" ON "chapter_role"("user_id", "chapter_id", "role");

-- CreateIndex
CREATE UNIQUE INDEX "chapter_slug_key" ON "chapter"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "chapter_general_fund_id_key" ON "chapter"("general_fund_id");

-- CreateIndex
CREATE UNIQUE INDEX "aid_group_slug_key" ON "aid_group"("slug");

-- CreateIndex
CREATE INDEX "aid_group_chapter_id_idx" ON "aid_group"("chapter_id");

-- CreateIndex
CREATE INDEX "aid_group_status_change_aid_group_id_idx" ON "aid_group_status_change"("aid_group_id");

-- CreateIndex
CREATE UNIQUE INDEX "campaign_slug_key" ON "campaign"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "campaign_fund_id_key" ON "campaign"("fund_id");

-- CreateIndex
CREATE INDEX "campaign_chapter_id_idx" ON "campaign"("chapter_id");

-- CreateIndex
CREATE INDEX "campaign_status_idx" ON "campaign"("status");

-- CreateIndex
CREATE UNIQUE INDEX "budget_line_campaign_id_position_key" ON "budget_line"("campaign_id", "position");

-- CreateIndex
CREATE INDEX "campaign_update_campaign_id_published_at_idx" ON "campaign_update"("campaign_id", "published_at");

-- CreateIndex
CREATE INDEX "campaign_transition_campaign_id_idx" ON "campaign_transition"("campaign_id");

-- CreateIndex
CREATE UNIQUE INDEX "donor_email_key" ON "donor"("email");

-- CreateIndex
CREATE INDEX "pledge_campaign_id_status_idx" ON "pledge"("campaign_id", "status");

-- CreateIndex
CREATE INDEX "pledge_donor_id_idx" ON "pledge"("donor_id");

-- CreateIndex
CREATE UNIQUE INDEX "donation_submission_key_key" ON "donation"("submission_key");

-- CreateIndex
CREATE UNIQUE INDEX "donation_checkout_session_id_key" ON "donation"("checkout_session_id");

-- CreateIndex
CREATE UNIQUE INDEX "donation_payment_intent_id_key" ON "donation"("payment_intent_id");

-- CreateIndex
CREATE UNIQUE INDEX "donation_charge_id_key" ON "donation"("charge_id");

-- CreateIndex
CREATE UNIQUE INDEX "donation_balance_transaction_id_key" ON "donation"("balance_transaction_id");

-- CreateIndex
CREATE UNIQUE INDEX "donation_entry_id_key" ON "donation"("entry_id");

-- CreateIndex
CREATE UNIQUE INDEX "donation_receipt_token_key" ON "donation"("receipt_token");

-- CreateIndex
CREATE INDEX "donation_campaign_id_status_settled_at_idx" ON "donation"("campaign_id", "status", "settled_at");

-- CreateIndex
CREATE INDEX "donation_donor_id_idx" ON "donation"("donor_id");

-- CreateIndex
CREATE UNIQUE INDEX "stripe_call_idempotency_key_key" ON "stripe_call"("idempotency_key");

-- CreateIndex
CREATE INDEX "stripe_call_subject_id_idx" ON "stripe_call"("subject_id");

-- CreateIndex
CREATE INDEX "stripe_event_status_received_at_idx" ON "stripe_event"("status", "received_at");

-- CreateIndex
CREATE INDEX "balance_transaction_available_on_idx" ON "balance_transaction"("available_on");

-- CreateIndex
CREATE INDEX "balance_transaction_payout_id_idx" ON "balance_transaction"("payout_id");

-- CreateIndex
CREATE UNIQUE INDEX "disbursement_number_key" ON "disbursement"("number");

-- CreateIndex
CREATE UNIQUE INDEX "disbursement_wire_reference_key" ON "disbursement"("wire_reference");

-- CreateIndex
CREATE UNIQUE INDEX "disbursement_encumbrance_entry_id_key" ON "disbursement"("encumbrance_entry_id");

-- CreateIndex
CREATE UNIQUE INDEX "disbursement_release_entry_id_key" ON "disbursement"("release_entry_id");

-- CreateIndex
CREATE UNIQUE INDEX "disbursement_confirm_entry_id_key" ON "disbursement"("confirm_entry_id");

-- CreateIndex
CREATE INDEX "disbursement_campaign_id_status_idx" ON "disbursement"("campaign_id", "status");

-- CreateIndex
CREATE INDEX "disbursement_aid_group_id_idx" ON "disbursement"("aid_group_id");

-- CreateIndex
CREATE UNIQUE INDEX "disbursement_line_disbursement_id_position_key" ON "disbursement_line"("disbursement_id", "position");

-- CreateIndex
CREATE INDEX "evidence_disbursement_id_idx" ON "evidence"("disbursement_id");

-- CreateIndex
CREATE UNIQUE INDEX "stored_file_storage_key_key" ON "stored_file"("storage_key");

-- CreateIndex
CREATE INDEX "outbound_mail_created_at_idx" ON "outbound_mail"("created_at");

-- CreateIndex
CREATE INDEX "audit_event_subject_type_subject_id_idx" ON "audit_event"("subject_type", "subject_id");

-- CreateIndex
CREATE INDEX "audit_event_chapter_id_at_idx" ON "audit_event"("chapter_id", "at");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chapter_role" ADD CONSTRAINT "chapter_role_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chapter_role" ADD CONSTRAINT "chapter_role_chapter_id_fkey" FOREIGN KEY ("chapter_id") REFERENCES "chapter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "aid_group" ADD CONSTRAINT "aid_group_chapter_id_fkey" FOREIGN KEY ("chapter_id") REFERENCES "chapter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "aid_group_status_change" ADD CONSTRAINT "aid_group_status_change_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign" ADD CONSTRAINT "campaign_chapter_id_fkey" FOREIGN KEY ("chapter_id") REFERENCES "chapter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign" ADD CONSTRAINT "campaign_cover_file_id_fkey" FOREIGN KEY ("cover_file_id") REFERENCES "stored_file"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "budget_line" ADD CONSTRAINT "budget_line_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_aid_group" ADD CONSTRAINT "campaign_aid_group_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_aid_group" ADD CONSTRAINT "campaign_aid_group_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_update" ADD CONSTRAINT "campaign_update_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_transition" ADD CONSTRAINT "campaign_transition_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pledge" ADD CONSTRAINT "pledge_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pledge" ADD CONSTRAINT "pledge_donor_id_fkey" FOREIGN KEY ("donor_id") REFERENCES "donor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "donation" ADD CONSTRAINT "donation_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "donation" ADD CONSTRAINT "donation_pledge_id_fkey" FOREIGN KEY ("pledge_id") REFERENCES "pledge"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "donation" ADD CONSTRAINT "donation_donor_id_fkey" FOREIGN KEY ("donor_id") REFERENCES "donor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "balance_transaction_leg" ADD CONSTRAINT "balance_transaction_leg_balance_transaction_id_fkey" FOREIGN KEY ("balance_transaction_id") REFERENCES "balance_transaction"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disbursement" ADD CONSTRAINT "disbursement_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disbursement" ADD CONSTRAINT "disbursement_aid_group_id_fkey" FOREIGN KEY ("aid_group_id") REFERENCES "aid_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disbursement_line" ADD CONSTRAINT "disbursement_line_disbursement_id_fkey" FOREIGN KEY ("disbursement_id") REFERENCES "disbursement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_disbursement_id_fkey" FOREIGN KEY ("disbursement_id") REFERENCES "disbursement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_line_id_fkey" FOREIGN KEY ("line_id") REFERENCES "disbursement_line"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "stored_file"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
