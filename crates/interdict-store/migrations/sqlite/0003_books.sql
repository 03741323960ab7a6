-- A book of customers.
CREATE TABLE book (
    name       TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    -- What it was last screened against in full; NULL when it never was.
    basis      TEXT,
    -- The policy it is screened under, TOML; NULL for the one that ships.
    policy     TEXT
) STRICT;

-- One loading of a file into a book.
CREATE TABLE book_load (
    id        INTEGER PRIMARY KEY,
    book      TEXT NOT NULL REFERENCES book (name),
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    file      TEXT NOT NULL,
    sha256    BLOB NOT NULL,
    profile   TEXT NOT NULL,
    added     INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    removed   INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    rejected  INTEGER NOT NULL
) STRICT;

-- What a customer was from one load to another. A row never changes but for its end.
CREATE TABLE customer (
    id      INTEGER PRIMARY KEY,
    book    TEXT NOT NULL REFERENCES book (name),
    key     TEXT NOT NULL,
    subject BLOB NOT NULL,
    -- SHA-256 of the subject before compression.
    hash    BLOB NOT NULL,
    since   INTEGER NOT NULL REFERENCES book_load (id),
    until   INTEGER REFERENCES book_load (id)
) STRICT;
CREATE UNIQUE INDEX customer_now ON customer (book, key) WHERE until IS NULL;
CREATE INDEX customer_key ON customer (key);

-- What was screened when, against what: one row a run, its subjects in chunks.
CREATE TABLE screening (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    -- The book, or NULL for subjects that are in none.
    book     TEXT REFERENCES book (name),
    -- Lists, policy and engine, as JSON.
    basis    TEXT NOT NULL,
    subjects INTEGER NOT NULL,
    hits     INTEGER NOT NULL
) STRICT;
CREATE INDEX screening_book ON screening (book, id);
CREATE TABLE screened (
    screening INTEGER NOT NULL REFERENCES screening (id),
    seq       INTEGER NOT NULL,
    subjects  INTEGER NOT NULL,
    -- Least and greatest place of its subjects: versions of customers, else the beginning of the
    -- hash of the key.
    low       INTEGER NOT NULL,
    high      INTEGER NOT NULL,
    data      BLOB NOT NULL,
    PRIMARY KEY (screening, seq)
) STRICT;

-- A pair of a customer's party and a listed entity that a person should look at. One row a pair,
-- whatever becomes of it.
CREATE TABLE alert (
    id       INTEGER PRIMARY KEY,
    book     TEXT NOT NULL REFERENCES book (name),
    customer TEXT NOT NULL,
    party    INTEGER NOT NULL,
    -- The list that the entity was found on; two lists may give one id.
    dataset  TEXT NOT NULL,
    entity   TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('open', 'decided', 'suppressed', 'closed')),
    score    INTEGER NOT NULL,
    rank     INTEGER NOT NULL,
    -- SHA-256 of the matched values: what a decision rests on.
    evidence BLOB NOT NULL,
    -- The hit as it is now, JSON.
    hit      BLOB NOT NULL,
    UNIQUE (book, customer, party, dataset, entity)
) STRICT;
CREATE INDEX alert_state ON alert (book, state);

-- A customer who is known not to be the listed entity, as long as both stay as they are.
CREATE TABLE good_guy_rule (
    id           INTEGER PRIMARY KEY,
    book         TEXT NOT NULL REFERENCES book (name),
    customer     TEXT NOT NULL,
    entity       TEXT NOT NULL,
    -- Property types that the rule rests on, as a JSON list.
    fields       TEXT NOT NULL,
    -- SHA-256 of these fields of the customer and of the entity.
    subject_hash BLOB NOT NULL,
    entity_hash  BLOB NOT NULL,
    reason       TEXT NOT NULL,
    author       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    needs_approval INTEGER NOT NULL,
    approver     TEXT,
    approved_at  INTEGER,
    expires_on   TEXT NOT NULL,
    ended_at     INTEGER,
    ended_by     TEXT,
    ended_reason TEXT
) STRICT;
CREATE INDEX good_guy_rule_pair ON good_guy_rule (book, customer, entity);

-- Everything that happened to an alert, in order; rows are only ever added.
CREATE TABLE alert_event (
    id          INTEGER PRIMARY KEY,
    alert       INTEGER NOT NULL REFERENCES alert (id),
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    what        TEXT NOT NULL
        CHECK (what IN ('opened', 'reopened', 'updated', 'suppressed', 'closed', 'decided')),
    disposition TEXT
        CHECK (disposition IN ('true-match', 'false-positive', 'need-information')),
    reason      TEXT NOT NULL,
    screening   INTEGER REFERENCES screening (id),
    rule        INTEGER REFERENCES good_guy_rule (id)
) STRICT;
CREATE INDEX alert_event_alert ON alert_event (alert, id);
