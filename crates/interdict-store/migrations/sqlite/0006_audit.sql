-- What happened, in order; rows are only ever added. Each row's hash covers the hash before it.
CREATE TABLE audit (
    number        INTEGER PRIMARY KEY,
    -- Microseconds; never before the row above, whatever the clock says.
    at            INTEGER NOT NULL,
    -- What the clock said.
    clock         INTEGER NOT NULL,
    person        INTEGER,
    account       INTEGER,
    api_key       INTEGER,
    via           TEXT NOT NULL CHECK (via IN ('local', 'password', 'key', 'oidc', 'system')),
    authenticated INTEGER NOT NULL,
    action        TEXT NOT NULL,
    object        TEXT NOT NULL,
    -- Canonical JSON without personal data.
    facts         TEXT NOT NULL,
    -- SHA-256 of salt and personal data, which stand beside.
    personal      BLOB,
    previous      BLOB NOT NULL,
    hash          BLOB NOT NULL
) STRICT;
CREATE INDEX audit_object ON audit (object, number);

-- What is personal in a row. Erasure takes salt and data and leaves the tombstone.
CREATE TABLE audit_personal (
    number    INTEGER PRIMARY KEY,
    salt      BLOB,
    data      TEXT,
    erased_at INTEGER,
    CHECK ((data IS NULL) = (erased_at IS NOT NULL)),
    CHECK ((data IS NULL) = (salt IS NULL))
) STRICT;

-- The last row of the chain; whoever adds one takes this first.
CREATE TABLE audit_head (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    -- Hexadecimal.
    hash   TEXT NOT NULL
) STRICT;
INSERT INTO audit_head (id, number, at, hash) VALUES
    (1, 0, -9223372036854775807, '0000000000000000000000000000000000000000000000000000000000000000');
