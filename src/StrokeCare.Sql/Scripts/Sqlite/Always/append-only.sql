-- The security log only grows, by the next number. The rule on INSERT also stops OR REPLACE and UPSERT, which get past
-- triggers on DELETE and UPDATE: a row that would replace another has a seq, a change_id or an id that is there.
DROP TRIGGER IF EXISTS security_logs_no_update;
CREATE TRIGGER security_logs_no_update BEFORE UPDATE ON security_logs
BEGIN
    SELECT RAISE(ABORT, 'security_logs is append-only');
END;

DROP TRIGGER IF EXISTS security_logs_no_delete;
CREATE TRIGGER security_logs_no_delete BEFORE DELETE ON security_logs
BEGIN
    SELECT RAISE(ABORT, 'security_logs is append-only');
END;

DROP TRIGGER IF EXISTS security_logs_next_seq;
CREATE TRIGGER security_logs_next_seq BEFORE INSERT ON security_logs
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM security_logs)
    OR EXISTS (SELECT 1 FROM security_logs WHERE change_id = NEW.change_id)
    OR EXISTS (SELECT 1 FROM security_logs WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'security_logs takes only the next seq');
END;

-- The head is one row and always describes the last row of the log.
DROP TRIGGER IF EXISTS log_head_one_row;
CREATE TRIGGER log_head_one_row BEFORE INSERT ON log_head
WHEN EXISTS (SELECT 1 FROM log_head)
BEGIN
    SELECT RAISE(ABORT, 'log_head is one row');
END;

DROP TRIGGER IF EXISTS log_head_no_delete;
CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head
BEGIN
    SELECT RAISE(ABORT, 'log_head is one row');
END;

DROP TRIGGER IF EXISTS log_head_forward;
CREATE TRIGGER log_head_forward BEFORE UPDATE ON log_head
WHEN NEW.id IS NOT 1
    OR NEW.seq IS NOT (SELECT max(seq) FROM security_logs)
    OR NEW.hash IS NOT (SELECT hash FROM security_logs WHERE seq = NEW.seq)
    OR NEW.seq <= OLD.seq
BEGIN
    SELECT RAISE(ABORT, 'log_head moves only to the last row of the log');
END;
