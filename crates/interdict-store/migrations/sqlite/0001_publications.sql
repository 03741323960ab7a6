-- Numbers that are handed out once and never again, whatever is pruned later.
CREATE TABLE counter (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO counter (name, value) VALUES ('publication', 0), ('revision', 0), ('pack', 0);

-- A publisher's list, whatever its format.
CREATE TABLE dataset (
    name      TEXT PRIMARY KEY,
    title     TEXT NOT NULL,
    publisher TEXT,
    licence   TEXT
) STRICT;

-- One publication of a list as this system took it in; its id is the import number.
CREATE TABLE publication (
    id              INTEGER PRIMARY KEY,
    dataset         TEXT NOT NULL REFERENCES dataset (name),
    format          TEXT NOT NULL,
    proven          INTEGER NOT NULL,
    -- The day that orders publications, and the date or time as it was given.
    published_day   TEXT NOT NULL,
    published_at    TEXT NOT NULL,
    published_by    TEXT NOT NULL
        CHECK (published_by IN ('file', 'option', 'last-modified', 'import')),
    published_field TEXT,
    -- Microseconds since 1970-01-01T00:00:00Z.
    imported_at     INTEGER NOT NULL,
    accepted_at     INTEGER,
    state           TEXT NOT NULL
        CHECK (state IN ('accepted', 'quarantined', 'rejected', 'failed')),
    reason          TEXT,
    entities        INTEGER NOT NULL,
    statements      INTEGER NOT NULL,
    -- SHA-256 over the sorted hashes of its revisions.
    content         BLOB NOT NULL,
    counts          TEXT NOT NULL,
    report          BLOB NOT NULL,
    CHECK ((state = 'accepted') = (accepted_at IS NOT NULL))
) STRICT;
CREATE INDEX publication_order ON publication (dataset, published_day, id);

CREATE TABLE publication_file (
    publication INTEGER NOT NULL REFERENCES publication (id),
    seq         INTEGER NOT NULL,
    name        TEXT NOT NULL,
    sha256      BLOB NOT NULL,
    size        INTEGER NOT NULL,
    PRIMARY KEY (publication, seq)
) STRICT;
CREATE INDEX publication_file_sha256 ON publication_file (sha256);

-- Which publication answers, and every change of that.
CREATE TABLE current (
    dataset     TEXT PRIMARY KEY REFERENCES dataset (name),
    publication INTEGER NOT NULL REFERENCES publication (id)
) STRICT;
CREATE TABLE switch (
    id          INTEGER PRIMARY KEY,
    dataset     TEXT NOT NULL REFERENCES dataset (name),
    publication INTEGER NOT NULL REFERENCES publication (id),
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    reason      TEXT NOT NULL
) STRICT;
CREATE INDEX switch_time ON switch (dataset, at);

-- Entity revisions, many to a compressed pack.
CREATE TABLE pack (
    id        INTEGER PRIMARY KEY,
    revisions INTEGER NOT NULL,
    data      BLOB NOT NULL
) STRICT;
CREATE TABLE revision (
    id     INTEGER PRIMARY KEY,
    entity TEXT NOT NULL,
    hash   BLOB NOT NULL,
    pack   INTEGER NOT NULL REFERENCES pack (id) DEFERRABLE INITIALLY DEFERRED,
    slot   INTEGER NOT NULL
) STRICT;
CREATE INDEX revision_entity ON revision (entity);

-- What a publication holds: revisions in the order of its files, and where each value stood.
CREATE TABLE content (
    publication INTEGER NOT NULL REFERENCES publication (id) DEFERRABLE INITIALLY DEFERRED,
    seq         INTEGER NOT NULL,
    entities    INTEGER NOT NULL,
    revisions   BLOB NOT NULL,
    origins     BLOB NOT NULL,
    PRIMARY KEY (publication, seq)
) STRICT;

-- Index segments by the format that reads them; the file is named by its hash.
CREATE TABLE segment (
    publication INTEGER NOT NULL REFERENCES publication (id),
    format      INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    size        INTEGER NOT NULL,
    PRIMARY KEY (publication, format)
) STRICT;
