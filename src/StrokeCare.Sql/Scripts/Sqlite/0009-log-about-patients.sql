-- Which patient a row is about: the record itself, or what belongs to it and names it in additional_data. Derived from
-- columns that are hashed, so it can say nothing that the chain does not vouch for. The engine's class has the same words.
CREATE INDEX idx_security_logs_about_patient ON security_logs(
    CASE WHEN entity_type = 'patient' THEN entity_id WHEN json_valid(additional_data) THEN json_extract(additional_data, '$.patient_id') END, seq) WHERE entity_id IS NOT NULL;

-- Counts over a stretch of time never read the table. Every row has a seq above 0; only who says so may use this index, and
-- no list does, whose order is another.
CREATE INDEX idx_security_logs_kinds ON security_logs(created_at, event_type, severity, status, seq) WHERE seq > 0;
