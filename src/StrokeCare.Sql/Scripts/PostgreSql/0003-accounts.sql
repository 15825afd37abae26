-- Of an older password nobody wrote down when it was set: it counts as old as its account.
ALTER TABLE users ADD COLUMN password_changed_at TIMESTAMPTZ;
UPDATE users SET password_changed_at = created_at;
ALTER TABLE users ALTER COLUMN password_changed_at SET NOT NULL;
-- The intent of a self-registration that has not ended: until it has, the account only holds its name and address.
ALTER TABLE users ADD COLUMN reserved_by TEXT COLLATE "C";
CREATE UNIQUE INDEX ux_users_reserved_by ON users(reserved_by) WHERE reserved_by IS NOT NULL;
-- Newest first by id for every filter of the admins' list.
CREATE INDEX idx_users_current ON users(id) WHERE reserved_by IS NULL;
CREATE INDEX idx_users_current_role ON users(role, id) WHERE reserved_by IS NULL;
CREATE INDEX idx_users_current_active ON users(is_active, id) WHERE reserved_by IS NULL;
CREATE INDEX idx_users_current_role_active ON users(role, is_active, id) WHERE reserved_by IS NULL;

-- Refresh tokens have another form now: who held one of the old form signs in again.
DROP TABLE sessions;
CREATE TABLE sessions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    family_hash BYTEA NOT NULL,
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    ip_address VARCHAR(45),
    user_agent VARCHAR(500)
);
CREATE UNIQUE INDEX ux_sessions_family_hash ON sessions(family_hash);
CREATE INDEX idx_sessions_open ON sessions(user_id, created_at, id) WHERE revoked_at IS NULL;
-- A session has three ends; what is past any of them is purged.
CREATE INDEX idx_sessions_expires_at ON sessions(expires_at);
CREATE INDEX idx_sessions_last_used_at ON sessions(last_used_at);
CREATE INDEX idx_sessions_revoked_at ON sessions(revoked_at) WHERE revoked_at IS NOT NULL;

CREATE INDEX idx_reset_tokens_expires_at ON reset_tokens(expires_at);
CREATE INDEX idx_reset_tokens_used_at ON reset_tokens(used_at) WHERE used_at IS NOT NULL;

-- What is under way across stores, with the ids it has reserved. The payload is sealed, and erased at the end.
DROP TABLE intents;
CREATE TABLE intents (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind VARCHAR(50) NOT NULL,
    patient_id TEXT COLLATE "C",
    user_id INTEGER,
    payload BYTEA,
    created_at BIGINT NOT NULL,
    outcome VARCHAR(50),
    closed_at BIGINT
);
CREATE INDEX idx_intents_open ON intents(created_at, id) WHERE closed_at IS NULL;

-- Ids of clinical records that will never be: whoever reserved one has given up.
CREATE TABLE refused_ids (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY
);
