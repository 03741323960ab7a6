-- 0 for a publication that could not be read: its files are kept, it has no content and can never
-- answer.
ALTER TABLE publication ADD COLUMN readable INTEGER NOT NULL DEFAULT 1;
-- Set while a rollback stands that went back behind this publication.
ALTER TABLE publication ADD COLUMN withdrawn_at INTEGER;
-- Set when content and files were removed. The row stays: a question about its days is refused
-- then, and not answered from an older publication.
ALTER TABLE publication ADD COLUMN pruned_at INTEGER;

-- What people decided about publications, in order. Together with `publication.accepted_at` it says
-- which of them could answer at any time.
CREATE TABLE decision (
    id          INTEGER PRIMARY KEY,
    publication INTEGER NOT NULL REFERENCES publication (id),
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    action      TEXT NOT NULL
        CHECK (action IN ('accept', 'reject', 'withdraw', 'restore', 'prune')),
    reason      TEXT NOT NULL
) STRICT;
CREATE INDEX decision_publication ON decision (publication, id);

-- Who needs a publication to stay, and why.
CREATE TABLE pin (
    publication INTEGER NOT NULL REFERENCES publication (id),
    owner       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (publication, owner)
) STRICT;

-- The last look at each publisher. A list may be looked for before anything of it is stored.
CREATE TABLE look (
    dataset TEXT PRIMARY KEY,
    at      INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('new', 'unchanged', 'failed')),
    note    TEXT NOT NULL
) STRICT;
