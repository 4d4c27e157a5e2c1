-- Sets: routes that are delivered together. One line for each time that a run made files for the routes of a set.
CREATE TABLE delivery_set (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    run              TEXT NOT NULL REFERENCES run (id),
    name             TEXT NOT NULL,
    destination      TEXT NOT NULL,
    state            TEXT NOT NULL CHECK (state IN
                         ('gathering', 'waiting', 'committing', 'marking', 'delivered', 'discarded')),
    marker           TEXT,
    marker_temporary TEXT,
    made_at          TEXT NOT NULL,
    ended_at         TEXT,
    CHECK (state <> 'marking' OR marker_temporary IS NOT NULL)
) STRICT;

CREATE INDEX delivery_set_open ON delivery_set (id) WHERE state NOT IN ('delivered', 'discarded');

-- Its routes as the config had them then, in the order of the renames.
CREATE TABLE delivery_set_route (
    delivery_set INTEGER NOT NULL REFERENCES delivery_set (id),
    place        INTEGER NOT NULL,
    route        TEXT NOT NULL,
    required     INTEGER NOT NULL CHECK (required IN (0, 1)),
    PRIMARY KEY (delivery_set, place)
) STRICT;

ALTER TABLE outbound ADD COLUMN delivery_set INTEGER REFERENCES delivery_set (id);
CREATE INDEX outbound_set ON outbound (delivery_set, id) WHERE delivery_set IS NOT NULL;

-- 1: a person decided it, outside of any run; `run` is then only the one that staged the file.
ALTER TABLE outbound_event ADD COLUMN decided INTEGER NOT NULL DEFAULT 0 CHECK (decided IN (0, 1));

-- 1: the process was killed before it could end the run; `outcome` is 'failed' then.
ALTER TABLE run ADD COLUMN interrupted INTEGER NOT NULL DEFAULT 0 CHECK (interrupted IN (0, 1));
