-- The security log only grows, by the next number: no UPDATE, DELETE or TRUNCATE, and INSERT (also ON CONFLICT) only
-- of a row whose seq is the next and whose change_id and id are new.
CREATE OR REPLACE FUNCTION security_logs_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'security_logs is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE OR REPLACE FUNCTION security_logs_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM security_logs)
        OR EXISTS (SELECT 1 FROM security_logs WHERE change_id = NEW.change_id)
        OR EXISTS (SELECT 1 FROM security_logs WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'security_logs takes only the next seq' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION log_head_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'log_head is one row' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE OR REPLACE FUNCTION log_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM 1 OR NEW.seq <= OLD.seq
        OR NEW.seq IS DISTINCT FROM (SELECT max(seq) FROM security_logs)
        OR NEW.hash IS DISTINCT FROM (SELECT hash FROM security_logs WHERE seq = NEW.seq) THEN
        RAISE EXCEPTION 'log_head moves only to the last row of the log' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER security_logs_no_update BEFORE UPDATE ON security_logs FOR EACH STATEMENT EXECUTE FUNCTION security_logs_refuse();
CREATE OR REPLACE TRIGGER security_logs_no_delete BEFORE DELETE ON security_logs FOR EACH STATEMENT EXECUTE FUNCTION security_logs_refuse();
CREATE OR REPLACE TRIGGER security_logs_no_truncate BEFORE TRUNCATE ON security_logs FOR EACH STATEMENT EXECUTE FUNCTION security_logs_refuse();
CREATE OR REPLACE TRIGGER security_logs_next_seq BEFORE INSERT ON security_logs FOR EACH ROW EXECUTE FUNCTION security_logs_guard();
CREATE OR REPLACE TRIGGER log_head_one_row BEFORE INSERT ON log_head FOR EACH STATEMENT EXECUTE FUNCTION log_head_refuse();
CREATE OR REPLACE TRIGGER log_head_no_delete BEFORE DELETE ON log_head FOR EACH STATEMENT EXECUTE FUNCTION log_head_refuse();
CREATE OR REPLACE TRIGGER log_head_no_truncate BEFORE TRUNCATE ON log_head FOR EACH STATEMENT EXECUTE FUNCTION log_head_refuse();
CREATE OR REPLACE TRIGGER log_head_forward BEFORE UPDATE ON log_head FOR EACH ROW EXECUTE FUNCTION log_head_guard();

-- ALWAYS: they fire under session_replication_role = replica too.
ALTER TABLE security_logs ENABLE ALWAYS TRIGGER security_logs_no_update;
ALTER TABLE security_logs ENABLE ALWAYS TRIGGER security_logs_no_delete;
ALTER TABLE security_logs ENABLE ALWAYS TRIGGER security_logs_no_truncate;
ALTER TABLE security_logs ENABLE ALWAYS TRIGGER security_logs_next_seq;
ALTER TABLE log_head ENABLE ALWAYS TRIGGER log_head_one_row;
ALTER TABLE log_head ENABLE ALWAYS TRIGGER log_head_no_delete;
ALTER TABLE log_head ENABLE ALWAYS TRIGGER log_head_no_truncate;
ALTER TABLE log_head ENABLE ALWAYS TRIGGER log_head_forward;
