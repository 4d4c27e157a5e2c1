-- What the steps hand to each other: of the accounts being looked at, nothing else.

-- The accounts, and every address of theirs, now or before.
CREATE TEMP TABLE IF NOT EXISTS scope (account_id INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS scope_email (email TEXT PRIMARY KEY) WITHOUT ROWID;

-- Their persons, as the rules see them today.
CREATE TEMP TABLE IF NOT EXISTS member (
    person_id  INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    email      TEXT,              -- as exported
    address    TEXT,              -- where the person is written to; NULL: nowhere
    kept_out   TEXT,              -- and why
    is_owner   INTEGER NOT NULL,
    child      INTEGER NOT NULL,  -- or of unknown age
    archived   INTEGER NOT NULL,
    was_archived INTEGER,
    imported   INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS temp.member_account ON member (account_id);
CREATE INDEX IF NOT EXISTS temp.member_address ON member (address) WHERE address IS NOT NULL;
CREATE INDEX IF NOT EXISTS temp.member_email ON member (email) WHERE email IS NOT NULL;

-- Persons that a row imports today.
CREATE TEMP TABLE IF NOT EXISTS imported (
    person_id INTEGER PRIMARY KEY,
    rule      TEXT NOT NULL,
    row       TEXT,
    on_day    TEXT NOT NULL,
    number    INTEGER NOT NULL
);

-- The rows that count, each with its holder and the owner behind it. A membership of the whole account has a line a person.
CREATE TEMP TABLE IF NOT EXISTS tie (
    kind      INTEGER NOT NULL,   -- 1: registration, 0: membership
    id        INTEGER NOT NULL,
    holder_id INTEGER NOT NULL,
    owner_id  INTEGER,
    group_key TEXT NOT NULL,
    because   TEXT NOT NULL,      -- SUB-50012, or membership:4101
    proof     TEXT,               -- CI-53
    on_day    TEXT NOT NULL,      -- of registration or purchase (CI-52)
    number    INTEGER NOT NULL,   -- digits of the registration id, or the membership id
    first     INTEGER NOT NULL,   -- of the initial load
    gives     INTEGER NOT NULL,   -- a place
    keeps     INTEGER NOT NULL,   -- a place that is held
    ended     INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS temp.tie_holder ON tie (holder_id);

-- Which of them leads to which address: the holder's, or the owner's.
CREATE TEMP TABLE IF NOT EXISTS lead (
    email     TEXT NOT NULL,
    group_key TEXT NOT NULL,
    because   TEXT NOT NULL,
    proof     TEXT,
    on_day    TEXT NOT NULL,
    kind      INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    gives     INTEGER NOT NULL,
    keeps     INTEGER NOT NULL,
    ended     INTEGER NOT NULL,
    archived  INTEGER NOT NULL,   -- closed, because someone is archived
    consents  INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS temp.lead_place ON lead (email, group_key);

-- The record shown for an address, and who is folded into it.
CREATE TEMP TABLE IF NOT EXISTS shown (
    email      TEXT PRIMARY KEY,
    person_id  INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    accounts   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS folded (
    email     TEXT NOT NULL,
    rank      INTEGER NOT NULL,   -- 0: the record shown
    person_id INTEGER NOT NULL,
    PRIMARY KEY (email, rank, person_id)
) WITHOUT ROWID;

CREATE TEMP TABLE IF NOT EXISTS wanted (
    email     TEXT NOT NULL,
    group_key TEXT NOT NULL,
    because   TEXT NOT NULL,
    PRIMARY KEY (email, group_key)
) WITHOUT ROWID;

-- For the guards: what this run ends.
CREATE TEMP TABLE IF NOT EXISTS removed_registration (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS removed_membership (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS archived_person (person_id INTEGER PRIMARY KEY);
DELETE FROM removed_registration;
DELETE FROM removed_membership;
DELETE FROM archived_person;
