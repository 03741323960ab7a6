-- The bytes of raw files and segments, so that every node can have them: `raw/<sha256>` and
-- `segments/<hash>`. Each node keeps those it needs in its data folder.
CREATE TABLE IF NOT EXISTS stored_file (
    name   TEXT COLLATE "C" PRIMARY KEY,
    size   BIGINT NOT NULL,
    sha256 BYTEA NOT NULL
);
-- Parts of at most 1 MiB, each compressed by itself.
CREATE TABLE IF NOT EXISTS stored_file_part (
    name TEXT COLLATE "C" NOT NULL REFERENCES stored_file (name) ON DELETE CASCADE,
    seq  BIGINT NOT NULL,
    data BYTEA NOT NULL,
    PRIMARY KEY (name, seq)
);
