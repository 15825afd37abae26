-- Times are Unix milliseconds. amendments is JSON text: who changed the entry, when and why, and what it said before.
-- Entries are never deleted, and what one said before an amendment is in it.
CREATE TABLE medical_history (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    record_date BIGINT NOT NULL,
    diagnosis TEXT NOT NULL,
    treatment TEXT,
    notes TEXT,
    recorded_by INTEGER,
    recorded_by_name VARCHAR(201),
    created_at BIGINT NOT NULL,
    entered_in_error BOOLEAN NOT NULL,
    amendments TEXT
);
-- The order of a page, the key of the page before it included.
CREATE INDEX idx_medical_history_patient ON medical_history(patient_id, record_date DESC, id DESC);
CREATE INDEX idx_medical_history_recorded_by ON medical_history(recorded_by);
