-- What an update takes from a record stays claimed by it.
DROP TRIGGER IF EXISTS patients_keep_mrn;
CREATE TRIGGER patients_keep_mrn AFTER UPDATE OF mrn ON patients
WHEN OLD.mrn IS NOT NULL AND NEW.mrn IS NOT OLD.mrn
BEGIN
    INSERT INTO former_mrns (mrn, patient_id) VALUES (OLD.mrn, OLD.id) ON CONFLICT DO NOTHING;
END;

DROP TRIGGER IF EXISTS patients_new_mrn;
CREATE TRIGGER patients_new_mrn BEFORE INSERT ON patients
WHEN NEW.mrn IS NOT NULL AND EXISTS (SELECT 1 FROM former_mrns WHERE mrn = NEW.mrn AND patient_id <> NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the mrn was another record''s');
END;

DROP TRIGGER IF EXISTS patients_changed_mrn;
CREATE TRIGGER patients_changed_mrn BEFORE UPDATE OF mrn ON patients
WHEN NEW.mrn IS NOT NULL AND EXISTS (SELECT 1 FROM former_mrns WHERE mrn = NEW.mrn AND patient_id <> NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the mrn was another record''s');
END;
