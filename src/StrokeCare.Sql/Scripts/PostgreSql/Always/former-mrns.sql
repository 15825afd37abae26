-- What an update takes from a record stays claimed by it. The check runs after the row is in: only then has the unique
-- index waited for a rival, and a new look sees what that one has given up. It counts as a lost race for a unique value.
CREATE OR REPLACE FUNCTION patients_keep_mrn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO former_mrns (mrn, patient_id) VALUES (OLD.mrn, OLD.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION patients_new_mrn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM former_mrns WHERE mrn = NEW.mrn AND patient_id <> NEW.id) THEN
        RAISE EXCEPTION 'the mrn was another record''s' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER patients_keep_mrn AFTER UPDATE OF mrn ON patients FOR EACH ROW
    WHEN (OLD.mrn IS NOT NULL AND NEW.mrn IS DISTINCT FROM OLD.mrn) EXECUTE FUNCTION patients_keep_mrn();
CREATE OR REPLACE TRIGGER patients_new_mrn AFTER INSERT ON patients FOR EACH ROW
    WHEN (NEW.mrn IS NOT NULL) EXECUTE FUNCTION patients_new_mrn();
CREATE OR REPLACE TRIGGER patients_changed_mrn AFTER UPDATE OF mrn ON patients FOR EACH ROW
    WHEN (NEW.mrn IS DISTINCT FROM OLD.mrn AND NEW.mrn IS NOT NULL) EXECUTE FUNCTION patients_new_mrn();
