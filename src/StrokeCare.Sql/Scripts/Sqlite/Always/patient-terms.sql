-- A record's terms change in the statement that changes the record.
DROP TRIGGER IF EXISTS patients_new_terms;
CREATE TRIGGER patients_new_terms AFTER INSERT ON patients
WHEN NEW.search_terms IS NOT NULL
BEGIN
    INSERT INTO patient_terms (term, archived, assigned_doctor_id, patient_id)
        SELECT value, NEW.archived_at IS NOT NULL, coalesce(NEW.assigned_doctor_id, 0), NEW.id FROM json_each(NEW.search_terms);
END;

DROP TRIGGER IF EXISTS patients_changed_terms;
CREATE TRIGGER patients_changed_terms AFTER UPDATE OF search_terms, assigned_doctor_id, archived_at ON patients
WHEN NEW.search_terms IS NOT OLD.search_terms OR NEW.assigned_doctor_id IS NOT OLD.assigned_doctor_id OR (NEW.archived_at IS NULL) <> (OLD.archived_at IS NULL)
BEGIN
    DELETE FROM patient_terms WHERE term IN (SELECT value FROM json_each(OLD.search_terms))
        AND archived = (OLD.archived_at IS NOT NULL) AND assigned_doctor_id = coalesce(OLD.assigned_doctor_id, 0) AND patient_id = OLD.id;
    INSERT INTO patient_terms (term, archived, assigned_doctor_id, patient_id)
        SELECT value, NEW.archived_at IS NOT NULL, coalesce(NEW.assigned_doctor_id, 0), NEW.id FROM json_each(NEW.search_terms);
END;
