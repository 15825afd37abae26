-- Words of the record number stand behind = among a record's terms, apart from names: all terms are made anew at the start.
DROP TRIGGER IF EXISTS patients_changed_terms ON patients;
DELETE FROM patient_terms;
UPDATE patients SET search_terms = NULL WHERE search_terms IS NOT NULL;
