-- A natural person. Whatever somebody does under several accounts, keys and subjects counts as one.
CREATE TABLE person (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
    id           INTEGER PRIMARY KEY,
    person       INTEGER NOT NULL REFERENCES person (id),
    login        TEXT NOT NULL UNIQUE,
    -- Argon2id in PHC form; NULL where there is no password.
    password     TEXT,
    -- Roles in the order of the table in docs/accounts.md, separated by spaces.
    roles        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    disabled_at  INTEGER,
    -- Wrong passwords since the last right one, and until when no password is looked at.
    failed       INTEGER NOT NULL,
    locked_until INTEGER,
    last_log_in  INTEGER
) STRICT;

-- Names under which a person is known elsewhere: users of the operating system and names given at
-- the command line ('local', issuer empty), subjects of an identity provider ('oidc').
CREATE TABLE identity (
    kind     TEXT NOT NULL CHECK (kind IN ('local', 'oidc')),
    issuer   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    person   INTEGER NOT NULL REFERENCES person (id),
    -- The account that a log-in by this subject opens; NULL for local names.
    account  INTEGER REFERENCES account (id),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (kind, issuer, subject)
) STRICT;

CREATE TABLE api_key (
    id         INTEGER PRIMARY KEY,
    account    INTEGER NOT NULL REFERENCES account (id),
    label      TEXT NOT NULL,
    -- The first characters of the secret, to tell keys apart.
    prefix     TEXT NOT NULL,
    -- SHA-256 of the secret, which is 256 random bits and needs no slow hash.
    hash       BLOB NOT NULL UNIQUE,
    -- Rights separated by spaces; empty for all of the account.
    scopes     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    ended_at   INTEGER,
    last_used  INTEGER
) STRICT;
CREATE INDEX api_key_account ON api_key (account);

CREATE TABLE user_session (
    id         INTEGER PRIMARY KEY,
    account    INTEGER NOT NULL REFERENCES account (id),
    -- SHA-256 of the token.
    hash       BLOB NOT NULL UNIQUE,
    via        TEXT NOT NULL CHECK (via IN ('password', 'oidc')),
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE INDEX user_session_account ON user_session (account);
