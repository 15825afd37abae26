-- An entry's terms change in the statement that changes the entry.
DROP TRIGGER IF EXISTS medical_history_new_terms;
CREATE TRIGGER medical_history_new_terms AFTER INSERT ON medical_history
WHEN NEW.search_terms IS NOT NULL
BEGIN
    INSERT INTO history_terms (patient_id, term, record_date, entry_id)
        SELECT NEW.patient_id, value, NEW.record_date, NEW.id FROM json_each(NEW.search_terms);
END;

DROP TRIGGER IF EXISTS medical_history_changed_terms;
CREATE TRIGGER medical_history_changed_terms AFTER UPDATE OF search_terms, record_date ON medical_history
WHEN NEW.search_terms IS NOT OLD.search_terms OR NEW.record_date IS NOT OLD.record_date
BEGIN
    DELETE FROM history_terms WHERE patient_id = OLD.patient_id AND term IN (SELECT value FROM json_each(OLD.search_terms))
        AND record_date = OLD.record_date AND entry_id = OLD.id;
    INSERT INTO history_terms (patient_id, term, record_date, entry_id)
        SELECT NEW.patient_id, value, NEW.record_date, NEW.id FROM json_each(NEW.search_terms);
END;
