-- What was erased, and who must not come back.

-- An archived export or a delivered file that was changed or removed after its receipt was written. No personal data.
CREATE TABLE erasure (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    export   INTEGER REFERENCES export (id),
    outbound INTEGER REFERENCES outbound (id),
    at       TEXT NOT NULL,
    cause    TEXT NOT NULL CHECK (cause IN ('forgotten', 'retention')),
    before   BLOB NOT NULL CHECK (length(before) = 32),             -- SHA-256 of the file before
    after    BLOB CHECK (after IS NULL OR length(after) = 32),      -- and after; NULL: the file was removed
    rows     INTEGER NOT NULL,                                      -- that were taken out or changed; 0: the file was removed as a whole
    CHECK ((export IS NULL) <> (outbound IS NULL))
) STRICT;

CREATE INDEX erasure_export ON erasure (export) WHERE export IS NOT NULL;
CREATE INDEX erasure_outbound ON erasure (outbound) WHERE outbound IS NOT NULL;

-- When a file was removed; NULL: it is kept.
ALTER TABLE export ADD COLUMN removed_at TEXT;
ALTER TABLE outbound ADD COLUMN removed_at TEXT;
ALTER TABLE outbound ADD COLUMN receipt_removed_at TEXT;
ALTER TABLE run ADD COLUMN reports_removed_at TEXT;
CREATE INDEX export_kept ON export (archived_at) WHERE removed_at IS NULL AND archived_at IS NOT NULL;
CREATE INDEX outbound_kept ON outbound (id) WHERE removed_at IS NULL AND state IN ('delivered', 'discarded');
CREATE INDEX outbound_receipt_kept ON outbound (delivered_at) WHERE receipt_removed_at IS NULL AND receipt_path IS NOT NULL;
CREATE INDEX run_reports_kept ON run (ended_at) WHERE reports_removed_at IS NULL;

-- Addresses that were forgotten, as HMAC-SHA256 under a key of this store: a later export that has one is recognised, and nobody can
-- read it here.
CREATE TABLE forgotten_key (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;

CREATE TABLE forgotten (
    mark         BLOB PRIMARY KEY CHECK (length(mark) = 32),
    forgotten_on TEXT NOT NULL,                                     -- in the project's zone
    may_return   INTEGER NOT NULL CHECK (may_return IN (0, 1))      -- 1: who registers again comes back
) STRICT, WITHOUT ROWID;

-- Persons of Amilia whose rows were erased: by their number alone.
CREATE TABLE forgotten_person (
    person_id INTEGER PRIMARY KEY,
    mark      BLOB NOT NULL,                                        -- of the address
    own       INTEGER NOT NULL CHECK (own IN (0, 1))                -- 0: the person had no address, and lived by the account owner's
) STRICT;
