-- Replies to writes that a client may send again under the same key; kept for a day.
CREATE TABLE kept_reply (
    -- Whose key it is.
    credential TEXT NOT NULL,
    name       TEXT NOT NULL,
    -- SHA-256 of the request.
    request    BLOB NOT NULL,
    begun_at   INTEGER NOT NULL,
    -- Missing while the request is under way, or where it was cut short.
    status     INTEGER,
    media_type TEXT,
    body       BLOB,
    -- SHA-256 of the body.
    hash       BLOB,
    PRIMARY KEY (credential, name)
) STRICT;
CREATE INDEX kept_reply_begun ON kept_reply (begun_at);
