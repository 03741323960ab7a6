-- Alerts are worked on by several people: more states, whose an alert is, what was proposed. The
-- tables are made anew because a check of a column cannot be changed in place.
CREATE TABLE alert_worked (
    id          INTEGER PRIMARY KEY,
    book        TEXT NOT NULL REFERENCES book (name),
    customer    TEXT NOT NULL,
    party       INTEGER NOT NULL,
    -- The list that the entity was found on; two lists may give one id.
    dataset     TEXT NOT NULL,
    entity      TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'assigned', 'waiting', 'proposed',
        'escalated', 'decided', 'approved', 'suppressed', 'closed')),
    score       INTEGER NOT NULL,
    rank        INTEGER NOT NULL,
    -- SHA-256 of the matched values: what a decision rests on.
    evidence    BLOB NOT NULL,
    -- The hit as it is now, JSON.
    hit         BLOB NOT NULL,
    -- Since when it is in the queue: opened, or opened again.
    opened_at   INTEGER NOT NULL,
    assignee    INTEGER REFERENCES person (id),
    -- The day by which the information that is waited for should be there.
    due         TEXT,
    -- What was decided, or is proposed.
    disposition TEXT CHECK (disposition IN ('true-match', 'false-positive', 'need-information')),
    proposer    INTEGER REFERENCES person (id),
    -- Number of the last event; whoever acts on an older state is told.
    last_event  INTEGER NOT NULL,
    UNIQUE (book, customer, party, dataset, entity)
) STRICT;
CREATE TABLE alert_event_worked (
    id          INTEGER PRIMARY KEY,
    alert       INTEGER NOT NULL REFERENCES alert_worked (id),
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    what        TEXT NOT NULL CHECK (what IN ('opened', 'reopened', 'updated', 'suppressed',
        'closed', 'decided', 'assigned', 'unassigned', 'waiting', 'resumed', 'proposed', 'approved',
        'returned', 'withdrawn', 'escalated', 'commented', 'attached')),
    disposition TEXT
        CHECK (disposition IN ('true-match', 'false-positive', 'need-information')),
    reason      TEXT NOT NULL,
    screening   INTEGER REFERENCES screening (id),
    rule        INTEGER REFERENCES good_guy_rule (id),
    -- Whose event it is; NULL for events of screenings and of releases before there were persons.
    person      INTEGER REFERENCES person (id),
    from_state  TEXT,
    to_state    TEXT,
    -- The reason as a code of the table in docs/alerts.md.
    code        TEXT
) STRICT;
INSERT INTO alert_worked (id, book, customer, party, dataset, entity, state, score, rank, evidence,
    hit, opened_at, disposition, last_event)
SELECT a.id, a.book, a.customer, a.party, a.dataset, a.entity, a.state, a.score, a.rank, a.evidence,
    a.hit,
    COALESCE((SELECT MAX(e.at) FROM alert_event e WHERE e.alert = a.id
        AND e.what IN ('opened', 'reopened')), 0),
    CASE WHEN a.state = 'decided' THEN (SELECT e.disposition FROM alert_event e WHERE e.id =
        (SELECT MAX(d.id) FROM alert_event d WHERE d.alert = a.id AND d.what = 'decided')) END,
    COALESCE((SELECT MAX(e.id) FROM alert_event e WHERE e.alert = a.id), 0)
FROM alert a;
INSERT INTO alert_event_worked (id, alert, at, actor, what, disposition, reason, screening, rule)
SELECT id, alert, at, actor, what, disposition, reason, screening, rule FROM alert_event;
DROP TABLE alert_event;
DROP TABLE alert;
ALTER TABLE alert_worked RENAME TO alert;
ALTER TABLE alert_event_worked RENAME TO alert_event;
CREATE INDEX alert_state ON alert (book, state);
CREATE INDEX alert_queue ON alert (state, rank, opened_at);
CREATE INDEX alert_assignee ON alert (assignee);
CREATE INDEX alert_event_alert ON alert_event (alert, id);

-- Files that people attach to alerts.
CREATE TABLE attachment (
    id         INTEGER PRIMARY KEY,
    alert      INTEGER NOT NULL REFERENCES alert (id),
    at         INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size       INTEGER NOT NULL,
    sha256     BLOB NOT NULL,
    data       BLOB NOT NULL,
    erased_at  INTEGER
) STRICT;
CREATE INDEX attachment_alert ON attachment (alert, id);

-- What waits for a second person, alerts and good-guy rules apart.
CREATE TABLE proposal (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('list', 'policy')),
    -- The publication or the book.
    object      TEXT NOT NULL,
    -- What is to be done, JSON.
    payload     TEXT NOT NULL,
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    person      INTEGER REFERENCES person (id),
    reason      TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused')),
    ended_at    INTEGER,
    ended_by    TEXT,
    ended_reason TEXT
) STRICT;
CREATE INDEX proposal_state ON proposal (state, id);

-- The natural persons behind good-guy rules; NULL for rules of releases before there were persons.
ALTER TABLE good_guy_rule ADD COLUMN author_person INTEGER REFERENCES person (id);
ALTER TABLE good_guy_rule ADD COLUMN approver_person INTEGER REFERENCES person (id);
