-- Whose histories have a word: the table is by patient, this is by term.
CREATE INDEX idx_history_terms_term ON history_terms(term, patient_id, record_date, entry_id);
