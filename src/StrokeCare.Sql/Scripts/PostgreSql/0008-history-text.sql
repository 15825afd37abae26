-- What entries are found by: JSON, an array of text. NULL: written by a version that knew no terms; the start fills it in.
-- A later version with other terms sets it to NULL everywhere.
ALTER TABLE medical_history ADD COLUMN search_terms TEXT;
CREATE INDEX idx_medical_history_without_terms ON medical_history(id) WHERE search_terms IS NULL;

-- The same by term, kept by trigger. The date is a copy, so that the newest are found inside the key.
-- Code points compare as on SQLite: a prefix is a range whatever the database's collation.
CREATE TABLE history_terms (
    patient_id TEXT COLLATE "C" NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    record_date BIGINT NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (patient_id, term, record_date, entry_id)
);
