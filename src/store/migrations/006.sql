-- What came for each route: the exports that fed it, with their rows, so that the next one can be compared with them.

CREATE TABLE arrival (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    route     TEXT NOT NULL,
    source    INTEGER NOT NULL REFERENCES export (id) ON DELETE CASCADE, -- what came from outside; of a model, what it was derived from
    export    INTEGER REFERENCES export (id) ON DELETE SET NULL,         -- whose outbound files are the route's; NULL: of a model that gave none
    at        TEXT NOT NULL,                                             -- when it was looked at
    row_count INTEGER,                                                   -- of the export or the model; NULL: the model was not written again
    before    INTEGER,                                                   -- of the one that it was compared with
    outside   INTEGER NOT NULL CHECK (outside IN (0, 1))                 -- 1: not as expected
) STRICT;

CREATE INDEX arrival_route ON arrival (route, id);
CREATE INDEX outbound_export ON outbound (export);

INSERT INTO arrival (route, source, export, at, row_count, outside)
SELECT outbound.route, export.id, export.id, export.staged_at, export.row_count, 0
FROM outbound JOIN export ON export.id = outbound.export
WHERE export.outcome = 'accepted' AND export.staged_at IS NOT NULL
GROUP BY outbound.route, export.id
ORDER BY export.id;

-- Since when a route is expected to receive exports, by which terms, and what was told: what had not come until a moment, and what had
-- come up to an arrival.
CREATE TABLE expectation (
    route        TEXT PRIMARY KEY,
    terms        TEXT NOT NULL,
    since        TEXT NOT NULL,
    told         TEXT NOT NULL,
    told_arrival INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
