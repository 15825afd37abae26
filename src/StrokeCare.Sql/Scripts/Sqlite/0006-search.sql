-- What records are found by: JSON, an array of text. NULL: written by a version that knew no terms; the start fills it in.
-- A later version with other terms sets it to NULL everywhere.
ALTER TABLE patients ADD COLUMN search_terms TEXT;
CREATE INDEX idx_patients_without_terms ON patients(id) WHERE search_terms IS NULL;

-- The same by term, kept by trigger. Doctor (0: none) and archived are copies, so that a search passes over what its actor
-- must not see inside the key.
CREATE TABLE patient_terms (
    term TEXT NOT NULL,
    archived BOOLEAN NOT NULL,
    assigned_doctor_id INTEGER NOT NULL,
    patient_id TEXT NOT NULL,
    PRIMARY KEY (term, archived, assigned_doctor_id, patient_id)
) WITHOUT ROWID;
