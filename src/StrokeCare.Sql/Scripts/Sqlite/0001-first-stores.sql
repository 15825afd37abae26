CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username VARCHAR(100) NOT NULL,
    email VARCHAR(120) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    role VARCHAR(20) NOT NULL,
    first_name VARCHAR(100),
    last_name VARCHAR(100),
    phone VARCHAR(20),
    specialization VARCHAR(100),
    license_number VARCHAR(50),
    is_active BOOLEAN NOT NULL DEFAULT 1,
    created_at DATETIME NOT NULL,
    last_login DATETIME,
    normalized_username TEXT NOT NULL,
    normalized_email TEXT NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 0,
    failed_attempts INTEGER NOT NULL DEFAULT 0,
    locked_until DATETIME,
    must_change_password BOOLEAN NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX idx_users_username ON users(username);
CREATE UNIQUE INDEX idx_users_email ON users(email);
CREATE UNIQUE INDEX ux_users_normalized_username ON users(normalized_username);
CREATE UNIQUE INDEX ux_users_normalized_email ON users(normalized_email);
CREATE INDEX idx_users_role ON users(role);

-- No foreign keys: the log outlives whom it speaks of. created_at is ISO 8601 text, UTC with milliseconds.
CREATE TABLE security_logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq BIGINT NOT NULL,
    change_id TEXT NOT NULL,
    event_type VARCHAR(50) NOT NULL,
    event_description VARCHAR(500) NOT NULL,
    user_id INTEGER,
    username VARCHAR(100),
    user_role VARCHAR(20),
    target_user_id INTEGER,
    target_username VARCHAR(100),
    ip_address VARCHAR(45),
    user_agent VARCHAR(500),
    status VARCHAR(20) NOT NULL,
    severity VARCHAR(20) NOT NULL,
    additional_data TEXT,
    created_at DATETIME NOT NULL,
    entity_type VARCHAR(30),
    entity_id TEXT,
    entity_version BIGINT,
    form INTEGER NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE UNIQUE INDEX ux_security_logs_seq ON security_logs(seq);
CREATE UNIQUE INDEX ux_security_logs_change_id ON security_logs(change_id);
-- The seed's four, each continued by seq: newest first comes out of the index without a sort.
CREATE INDEX idx_security_logs_event_type ON security_logs(event_type, seq);
CREATE INDEX idx_security_logs_user_id ON security_logs(user_id, seq);
CREATE INDEX idx_security_logs_created_at ON security_logs(created_at, seq);
CREATE INDEX idx_security_logs_severity ON security_logs(severity, seq);
CREATE INDEX idx_security_logs_entity ON security_logs(entity_type, entity_id, seq);

CREATE TABLE log_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO log_head (id, seq, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL,
    token_hash BLOB NOT NULL,
    previous_token_hash BLOB,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    ip_address VARCHAR(45),
    user_agent VARCHAR(500)
);
CREATE UNIQUE INDEX ux_sessions_token_hash ON sessions(token_hash);
CREATE INDEX idx_sessions_previous_token_hash ON sessions(previous_token_hash);
CREATE INDEX idx_sessions_user_id ON sessions(user_id);

CREATE TABLE reset_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX idx_reset_tokens_user_id ON reset_tokens(user_id);

-- Sagas: what is under way across stores, with the ids it has reserved. The payload is encrypted and erased at the end.
CREATE TABLE intents (
    id TEXT NOT NULL PRIMARY KEY,
    kind VARCHAR(50) NOT NULL,
    step VARCHAR(50) NOT NULL,
    user_id INTEGER,
    patient_id TEXT,
    payload BLOB,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX idx_intents_open ON intents(created_at) WHERE closed_at IS NULL;

-- actor_id 0 is the anonymous caller.
CREATE TABLE idempotency_keys (
    actor_id INTEGER NOT NULL,
    route TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    reserved_id TEXT NOT NULL,
    status INTEGER,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (actor_id, route, idempotency_key)
);
CREATE INDEX idx_idempotency_keys_created_at ON idempotency_keys(created_at);

CREATE TABLE deployment (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    deployment_id TEXT NOT NULL,
    stores VARCHAR(100),
    maintenance_epoch BIGINT NOT NULL DEFAULT 0,
    schema_version INTEGER NOT NULL,
    scripts_hash TEXT NOT NULL
);

CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    change_id TEXT NOT NULL,
    entity_type VARCHAR(30) NOT NULL,
    entity_id TEXT NOT NULL,
    entity_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    change TEXT NOT NULL
);
CREATE UNIQUE INDEX ux_outbox_change_id ON outbox(change_id);

-- Times are Unix milliseconds. extra and risk are JSON text, kept as written.
CREATE TABLE patients (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    mrn TEXT,
    user_id INTEGER,
    source_key TEXT,
    first_name VARCHAR(100),
    last_name VARCHAR(100),
    date_of_birth DATE,
    phone VARCHAR(50),
    email VARCHAR(120),
    gender VARCHAR(20),
    age REAL,
    hypertension BOOLEAN,
    heart_disease BOOLEAN,
    ever_married BOOLEAN,
    work_type VARCHAR(20),
    residence_type VARCHAR(20),
    avg_glucose_level REAL,
    bmi REAL,
    smoking_status VARCHAR(20),
    stroke BOOLEAN,
    sbp REAL,
    bp_treated BOOLEAN,
    diabetes BOOLEAN,
    atrial_fibrillation BOOLEAN,
    lvh BOOLEAN,
    prior_cvd BOOLEAN,
    next_review_on DATE,
    extra TEXT,
    stroke_risk REAL,
    risk_level VARCHAR(20) NOT NULL,
    previous_risk_level VARCHAR(20),
    risk_level_changed_at BIGINT,
    risk TEXT NOT NULL,
    created_by INTEGER,
    assigned_doctor_id INTEGER,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    archived_at BIGINT
);
-- The claims: archived records keep theirs, so none of these looks at archived_at.
CREATE UNIQUE INDEX ux_patients_mrn ON patients(mrn) WHERE mrn IS NOT NULL;
CREATE UNIQUE INDEX ux_patients_user_id ON patients(user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX ux_patients_source_key ON patients(source_key) WHERE source_key IS NOT NULL;
-- An MRN is never given to another record, even after its own has lost it: kept by trigger.
CREATE TABLE former_mrns (
    mrn TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL
);
-- Newest first by id for every filter. Age trails, so that rows outside an age range are passed over inside the index.
CREATE INDEX idx_patients_current ON patients(id, age) WHERE archived_at IS NULL;
CREATE INDEX idx_patients_doctor ON patients(assigned_doctor_id, id, age) WHERE archived_at IS NULL;
CREATE INDEX idx_patients_level ON patients(risk_level, id, age) WHERE archived_at IS NULL;
CREATE INDEX idx_patients_doctor_level ON patients(assigned_doctor_id, risk_level, id, age) WHERE archived_at IS NULL;
CREATE INDEX idx_patients_archived ON patients(id, age) WHERE archived_at IS NOT NULL;
CREATE INDEX idx_patients_archived_doctor ON patients(assigned_doctor_id, id, age) WHERE archived_at IS NOT NULL;
CREATE INDEX idx_patients_archived_level ON patients(risk_level, id, age) WHERE archived_at IS NOT NULL;
CREATE INDEX idx_patients_archived_doctor_level ON patients(assigned_doctor_id, risk_level, id, age) WHERE archived_at IS NOT NULL;
