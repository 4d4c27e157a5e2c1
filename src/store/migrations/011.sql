-- As in 002, with a check that is spelled out: SQLite makes a table of a list of three, for every row that goes in.
CREATE TABLE place_anew (
    email     TEXT NOT NULL,
    group_key TEXT NOT NULL,
    because   TEXT NOT NULL,                     -- the row that gave it: SUB-50012, or membership:4101
    since     TEXT NOT NULL,
    ended_on  TEXT,
    reason    TEXT CHECK (reason = 'unregistered' OR reason = 'archived' OR reason = 'address changed'),
    PRIMARY KEY (email, group_key),
    CHECK ((ended_on IS NULL) = (reason IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO place_anew SELECT email, group_key, because, since, ended_on, reason FROM place;
DROP TABLE place;
ALTER TABLE place_anew RENAME TO place;
