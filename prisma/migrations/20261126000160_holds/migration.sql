-- Money that a treasurer gave back without Stripe, and its line in a bank statement.
ALTER TYPE refund_origin ADD VALUE 'hand';
ALTER TYPE bank_match_kind ADD VALUE 'gift_refund';
