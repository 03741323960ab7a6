-- Every policy that a screening was recorded under, by the hash of its meaning: without the text a
-- record could not be computed again.
CREATE TABLE policy_text (
    hash     TEXT PRIMARY KEY,
    text     TEXT NOT NULL,
    since_at INTEGER NOT NULL
) STRICT;
