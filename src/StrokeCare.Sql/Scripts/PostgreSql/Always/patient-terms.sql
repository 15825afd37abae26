-- A record's terms change in the statement that changes the record. Those of new records are written once for all that a
-- statement adds: a thousand one by one take as long as all the rest of adding them.
CREATE OR REPLACE FUNCTION patients_write_new_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO patient_terms (term, archived, assigned_doctor_id, patient_id)
        SELECT jsonb_array_elements_text(search_terms::jsonb), archived_at IS NOT NULL, coalesce(assigned_doctor_id, 0), id FROM added WHERE search_terms IS NOT NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION patients_write_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM patient_terms WHERE term = ANY (ARRAY(SELECT jsonb_array_elements_text(OLD.search_terms::jsonb)))
        AND archived = (OLD.archived_at IS NOT NULL) AND assigned_doctor_id = coalesce(OLD.assigned_doctor_id, 0) AND patient_id = OLD.id;
    INSERT INTO patient_terms (term, archived, assigned_doctor_id, patient_id)
        SELECT jsonb_array_elements_text(NEW.search_terms::jsonb), NEW.archived_at IS NOT NULL, coalesce(NEW.assigned_doctor_id, 0), NEW.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER patients_new_terms AFTER INSERT ON patients REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION patients_write_new_terms();
CREATE OR REPLACE TRIGGER patients_changed_terms AFTER UPDATE OF search_terms, assigned_doctor_id, archived_at ON patients FOR EACH ROW
    WHEN (NEW.search_terms IS DISTINCT FROM OLD.search_terms OR NEW.assigned_doctor_id IS DISTINCT FROM OLD.assigned_doctor_id
        OR (NEW.archived_at IS NULL) <> (OLD.archived_at IS NULL)) EXECUTE FUNCTION patients_write_terms();
