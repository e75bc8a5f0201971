-- The oldest rows may go after their time (BERTH_AUDIT_DAYS), and only by a transaction that says so: nothing
-- else removes one, and nothing at all changes one.
CREATE OR REPLACE FUNCTION "audit_events_stay"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('berth.audit_retention', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the audit is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
