-- An entry's terms change in the statement that changes the entry.
CREATE OR REPLACE FUNCTION medical_history_write_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM history_terms WHERE patient_id = OLD.patient_id AND term = ANY (ARRAY(SELECT jsonb_array_elements_text(OLD.search_terms::jsonb)))
            AND record_date = OLD.record_date AND entry_id = OLD.id;
    END IF;
    INSERT INTO history_terms (patient_id, term, record_date, entry_id)
        SELECT NEW.patient_id, jsonb_array_elements_text(NEW.search_terms::jsonb), NEW.record_date, NEW.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER medical_history_new_terms AFTER INSERT ON medical_history FOR EACH ROW
    WHEN (NEW.search_terms IS NOT NULL) EXECUTE FUNCTION medical_history_write_terms();
CREATE OR REPLACE TRIGGER medical_history_changed_terms AFTER UPDATE OF search_terms, record_date ON medical_history FOR EACH ROW
    WHEN (NEW.search_terms IS DISTINCT FROM OLD.search_terms OR NEW.record_date IS DISTINCT FROM OLD.record_date)
    EXECUTE FUNCTION medical_history_write_terms();
