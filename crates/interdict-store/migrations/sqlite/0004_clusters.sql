-- Entries of several lists that are of one party, grouped for the reader. All of it but what people
-- decided follows from the lists and can be worked out again.
CREATE TABLE cluster_member (
    dataset TEXT NOT NULL,
    entity  TEXT NOT NULL,
    cluster TEXT NOT NULL,
    schema  TEXT NOT NULL,
    caption TEXT NOT NULL,
    -- Dates of birth, foundation or build, ISO 8601, separated by spaces.
    dates   TEXT NOT NULL,
    PRIMARY KEY (dataset, entity)
) STRICT;
CREATE INDEX cluster_member_cluster ON cluster_member (cluster);

CREATE TABLE cluster_link (
    cluster   TEXT NOT NULL,
    dataset_a TEXT NOT NULL,
    entity_a  TEXT NOT NULL,
    dataset_b TEXT NOT NULL,
    entity_b  TEXT NOT NULL,
    rule      TEXT NOT NULL,
    evidence  TEXT NOT NULL,
    PRIMARY KEY (dataset_a, entity_a, dataset_b, entity_b)
) STRICT;
CREATE INDEX cluster_link_cluster ON cluster_link (cluster);

-- Ids that were given once, and the one that they lead to now; NULL when nothing of it is left.
CREATE TABLE cluster_id (
    id      TEXT PRIMARY KEY,
    cluster TEXT
) STRICT;

-- What the clusters were worked out from: the content of each list, and the rules.
CREATE TABLE cluster_basis (
    dataset TEXT PRIMARY KEY,
    content BLOB NOT NULL,
    rules   INTEGER NOT NULL
) STRICT;

-- What people decided about two entries, in order; the last word about a pair counts.
CREATE TABLE cluster_decision (
    id        INTEGER PRIMARY KEY,
    dataset_a TEXT NOT NULL,
    entity_a  TEXT NOT NULL,
    dataset_b TEXT NOT NULL,
    entity_b  TEXT NOT NULL,
    action    TEXT NOT NULL CHECK (action IN ('cut', 'restore')),
    actor     TEXT NOT NULL,
    reason    TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT;
