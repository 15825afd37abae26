-- The names that records have or had, each by itself and without one of its letters: what is a slip away from one shares such a
-- form with it. A search looks here for what a misspelled word may mean, and then for that.
CREATE TABLE patient_names (
    form TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (form, name)
) WITHOUT ROWID;

-- Records no longer have these forms themselves: their terms are made anew at the start.
DROP TRIGGER IF EXISTS patients_changed_terms;
DELETE FROM patient_terms;
UPDATE patients SET search_terms = NULL;
