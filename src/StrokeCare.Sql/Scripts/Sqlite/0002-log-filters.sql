-- The log's filters, one index for each that can lead: an equality, then seq, so that newest first needs no sort. The
-- filters that an index may have to answer besides trail in it, so that rows outside them are passed over inside the
-- index. Who leads is fixed (user, event type, severity, status, then time alone), so each index carries only those
-- after its own: every append writes all of them.
DROP INDEX idx_security_logs_event_type;
DROP INDEX idx_security_logs_user_id;
DROP INDEX idx_security_logs_created_at;
DROP INDEX idx_security_logs_severity;
CREATE INDEX idx_security_logs_user_id ON security_logs(user_id, seq, event_type, severity, status, created_at);
CREATE INDEX idx_security_logs_event_type ON security_logs(event_type, seq, severity, status, created_at);
CREATE INDEX idx_security_logs_severity ON security_logs(severity, seq, status, created_at);
CREATE INDEX idx_security_logs_status ON security_logs(status, seq, created_at);
CREATE INDEX idx_security_logs_created_at ON security_logs(seq, created_at);
