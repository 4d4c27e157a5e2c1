-- The ledger: runs, exports, outbound files, and what happened to them.
-- Times are ISO 8601 in UTC. Paths are relative to the project folder, unless the config puts them elsewhere.

CREATE TABLE run (
    id         TEXT PRIMARY KEY,
    started_at TEXT NOT NULL,
    ended_at   TEXT,
    outcome    TEXT CHECK (outcome IN ('complete', 'attention', 'failed')),
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;

CREATE TABLE export (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    run          TEXT NOT NULL REFERENCES run (id),
    name         TEXT NOT NULL,
    sha256       BLOB NOT NULL CHECK (length(sha256) = 32),
    size         INTEGER NOT NULL,
    work_path    TEXT NOT NULL,
    claimed_at   TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('claimed', 'staged', 'archived')),
    outcome      TEXT CHECK (outcome IN ('accepted', 'refused', 'duplicate')),
    schema       TEXT,
    row_count    INTEGER,
    rejected     INTEGER,
    report_path  TEXT,
    archive_path TEXT,
    staged_at    TEXT,
    archived_at  TEXT,
    CHECK ((state = 'claimed') = (outcome IS NULL))
) STRICT;

CREATE INDEX export_content ON export (sha256) WHERE outcome = 'accepted';
CREATE INDEX export_unfinished ON export (id) WHERE state <> 'archived';

CREATE TABLE outbound (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    export        INTEGER NOT NULL REFERENCES export (id),
    run           TEXT NOT NULL REFERENCES run (id),
    route         TEXT NOT NULL,
    destination   TEXT NOT NULL,
    name          TEXT NOT NULL,
    staged_path   TEXT NOT NULL,
    sha256        BLOB NOT NULL CHECK (length(sha256) = 32),
    size          INTEGER NOT NULL,
    row_count     INTEGER NOT NULL,
    schema        TEXT NOT NULL,
    schema_sha256 BLOB NOT NULL CHECK (length(schema_sha256) = 32),
    config_sha256 BLOB NOT NULL CHECK (length(config_sha256) = 32),
    state         TEXT NOT NULL CHECK (state IN
                      ('staged', 'uploading', 'verified', 'committing', 'delivered', 'held', 'discarded')),
    temporary     TEXT,
    address       TEXT,
    host_key      TEXT,
    held_code     TEXT,
    held_text     TEXT,
    staged_at     TEXT NOT NULL,
    delivered_at  TEXT,
    receipt_path  TEXT,
    CHECK ((state = 'held') = (held_code IS NOT NULL)),
    CHECK (state NOT IN ('uploading', 'verified', 'committing', 'delivered') OR temporary IS NOT NULL)
) STRICT;

-- A name is never used twice at a destination.
CREATE UNIQUE INDEX outbound_name ON outbound (destination, name) WHERE state <> 'discarded';
CREATE INDEX outbound_open ON outbound (id) WHERE state NOT IN ('delivered', 'discarded');
CREATE INDEX outbound_receipt ON outbound (id) WHERE state = 'delivered' AND receipt_path IS NULL;

-- Every state that an outbound file was in, and when.
CREATE TABLE outbound_event (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    outbound INTEGER NOT NULL REFERENCES outbound (id),
    run      TEXT NOT NULL REFERENCES run (id),
    at       TEXT NOT NULL,
    state    TEXT NOT NULL,
    detail   TEXT
) STRICT;

CREATE INDEX outbound_event_of ON outbound_event (outbound, id);
