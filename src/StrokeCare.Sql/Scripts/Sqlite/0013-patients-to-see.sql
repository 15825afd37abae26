-- Whose review is overdue, and whose level of risk changed: the first of each are read, whoever else the doctor has.
CREATE INDEX idx_patients_review ON patients(assigned_doctor_id, next_review_on, id) WHERE archived_at IS NULL AND next_review_on IS NOT NULL;
CREATE INDEX idx_patients_level_changed ON patients(assigned_doctor_id, risk_level_changed_at, id)
    WHERE archived_at IS NULL AND risk_level_changed_at IS NOT NULL;
