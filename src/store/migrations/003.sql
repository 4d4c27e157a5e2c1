-- The baseline: what the rows of a route held when they were last sent, so that the next run sends what is new or changed.
-- No values are kept: a key is a hash, a cell is a hash.

CREATE TABLE baseline_route (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- The rows that one outbound file took. `outbound` is set in the transaction that stages the file.
CREATE TABLE baseline_batch (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    route    INTEGER NOT NULL REFERENCES baseline_route (id),
    outbound INTEGER REFERENCES outbound (id)
) STRICT;

CREATE INDEX baseline_batch_outbound ON baseline_batch (outbound);

CREATE TABLE baseline_row (
    route INTEGER NOT NULL,
    id    INTEGER NOT NULL,
    key   BLOB NOT NULL CHECK (length(key) = 16),
    cells BLOB NOT NULL,
    batch INTEGER NOT NULL,
    PRIMARY KEY (route, id)
) STRICT, WITHOUT ROWID;

-- What a row held before a file that can still be discarded changed it.
CREATE TABLE baseline_before (
    batch  INTEGER NOT NULL,
    key    BLOB NOT NULL,
    cells  BLOB NOT NULL,
    before INTEGER NOT NULL,
    PRIMARY KEY (batch, key)
) STRICT, WITHOUT ROWID;
