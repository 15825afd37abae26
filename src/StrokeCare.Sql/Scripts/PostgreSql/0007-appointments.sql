-- Times are Unix milliseconds; date and time are what the clinic's wall clock shows. overrides is JSON, an array of ids.
CREATE TABLE appointments (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    patient_id TEXT COLLATE "C" NOT NULL,
    doctor_id INTEGER NOT NULL,
    version BIGINT NOT NULL,
    appointment_date DATE NOT NULL,
    appointment_time VARCHAR(5) NOT NULL,
    time_zone VARCHAR(64) NOT NULL,
    starts_at BIGINT NOT NULL,
    duration_minutes INTEGER NOT NULL,
    reason VARCHAR(500) NOT NULL,
    urgency VARCHAR(20) NOT NULL,
    status VARCHAR(20) NOT NULL,
    notes TEXT,
    cancel_reason VARCHAR(500),
    overrides TEXT,
    override_reason VARCHAR(500),
    created_by INTEGER,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- The order of a page is the end of each: whatever is filtered by, a page is one stretch of an index.
CREATE INDEX idx_appointments_starts ON appointments(starts_at, id);
CREATE INDEX idx_appointments_status ON appointments(status, starts_at, id);
CREATE INDEX idx_appointments_doctor ON appointments(doctor_id, starts_at, id);
CREATE INDEX idx_appointments_doctor_status ON appointments(doctor_id, status, starts_at, id);
CREATE INDEX idx_appointments_patient ON appointments(patient_id, starts_at, id);
CREATE INDEX idx_appointments_patient_status ON appointments(patient_id, status, starts_at, id);

-- Who owns which five minutes (Unix seconds / 300) of a doctor's and of a patient's time: the rows of active appointments.
-- NULL where an appointment that overrides others owns the time of one of the two only.
CREATE TABLE appointment_cells (
    appointment_id TEXT COLLATE "C" NOT NULL,
    doctor_id INTEGER,
    patient_id TEXT COLLATE "C",
    cell INTEGER NOT NULL
);
CREATE UNIQUE INDEX ux_appointment_cells_doctor ON appointment_cells(doctor_id, cell);
CREATE UNIQUE INDEX ux_appointment_cells_patient ON appointment_cells(patient_id, cell);
CREATE INDEX idx_appointment_cells_appointment ON appointment_cells(appointment_id);

-- appointments.overrides by the id of the one that is overridden.
CREATE TABLE appointment_overrides (
    overridden_id TEXT COLLATE "C" NOT NULL,
    appointment_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (overridden_id, appointment_id)
);
CREATE INDEX idx_appointment_overrides_appointment ON appointment_overrides(appointment_id);

-- spans is JSON: day of the week, from, to. The version is that of the days off as well.
CREATE TABLE working_hours (
    doctor_id INTEGER NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    spans TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE TABLE days_off (
    doctor_id INTEGER NOT NULL,
    date DATE NOT NULL,
    note VARCHAR(200),
    PRIMARY KEY (doctor_id, date)
);
