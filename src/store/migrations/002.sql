-- The customer base: the last accepted state of Amilia's exports (people, registrations, memberships, unsubscribed), and the
-- history that the contact rules need: who was imported, which rows count, which group places are held and through what.
-- Days are YYYY-MM-DD; flags are 0, 1 or NULL (not said).

-- Facts about the whole: the first day of each kind, the day of the last derivation, …
CREATE TABLE customer_base (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    person_id        INTEGER PRIMARY KEY,
    hash             BLOB NOT NULL,              -- of the accepted row
    first_seen       TEXT NOT NULL,
    missing_since    TEXT,                       -- day of the first full export without the person; NULL: it is there
    gone             INTEGER NOT NULL DEFAULT 0, -- missing in two full exports of different days
    account_id       INTEGER NOT NULL,
    account_owner    INTEGER,
    account_owner_id INTEGER,
    first_name       TEXT,
    last_name        TEXT,
    email            TEXT,                       -- trimmed, lower case (CI-09)
    gender           TEXT,
    birth_date       TEXT,
    adult_on         TEXT,                       -- 18th birthday; born on 29 February: 1 March (CI-07)
    child            INTEGER,
    city             TEXT,
    province         TEXT,
    postal_code      TEXT,
    country          TEXT,
    phone            TEXT,
    mobile           TEXT,
    join_date        TEXT,
    external_id      TEXT,
    skills           TEXT,                       -- the cell as exported
    skill_list       TEXT,                       -- its names, as a JSON list; a comma inside a name is a blank (CI-65)
    archived         INTEGER,
    -- history
    imported_on      TEXT,                       -- NULL: never imported (CI-14)
    imported_rule    TEXT,
    imported_row     TEXT,
    was_archived     INTEGER,                    -- at the last derivation
    reached          TEXT,                       -- the address that the person is written to; NULL: nowhere
    kept_out         TEXT                        -- why nowhere: no address, child, unknown age, placeholder
) STRICT;

CREATE INDEX person_account ON person (account_id);
CREATE INDEX person_email ON person (email) WHERE email IS NOT NULL;
CREATE INDEX person_adult_on ON person (adult_on) WHERE adult_on IS NOT NULL;
CREATE INDEX person_missing ON person (missing_since) WHERE missing_since IS NOT NULL;

CREATE TABLE registration (
    id               INTEGER PRIMARY KEY,
    registration_id  TEXT NOT NULL UNIQUE,
    number           INTEGER,                    -- the digits of the id (cyberimpact 9.4)
    hash             BLOB NOT NULL,
    first_seen       TEXT NOT NULL,
    missing_since    TEXT,
    person_id        INTEGER NOT NULL,
    account_id       INTEGER NOT NULL,
    account_owner_id INTEGER,
    program_id       INTEGER,
    program          TEXT,
    category_id      INTEGER,
    category         TEXT,
    subcategory_id   INTEGER,
    subcategory      TEXT,
    activity_id      INTEGER NOT NULL,
    activity         TEXT,
    activity_status  TEXT,
    activity_end     TEXT,
    registered_on    TEXT NOT NULL,
    status           TEXT,
    drop_in_on       TEXT,
    -- history
    removed          INTEGER,                    -- of a missing row: 1 if its absence means unregistered (amilia 9.7)
    left_out         INTEGER,                    -- older than the window on the first day (CI-11)
    counted_on       TEXT,                       -- since when the row counts; NULL: it never did
    ended_on         TEXT                        -- unregistered (CI-29)
) STRICT;

CREATE INDEX registration_account ON registration (account_id);
CREATE INDEX registration_activity ON registration (activity_id);

CREATE TABLE membership (
    id             INTEGER PRIMARY KEY,
    row_key        TEXT NOT NULL UNIQUE,         -- membership, person, account, purchase, effective day
    hash           BLOB NOT NULL,
    first_seen     TEXT NOT NULL,
    missing_since  TEXT,
    membership_id  INTEGER,
    membership     TEXT,
    person_id      INTEGER,                      -- NULL: the whole account holds it
    account_id     INTEGER NOT NULL,
    purchased_on   TEXT NOT NULL,
    effective_on   TEXT,
    expires_on     TEXT,
    status         TEXT,
    card           TEXT,
    -- history
    state          TEXT,                         -- active, inactive, future, expired, cancelled: at the last derivation
    counted_on     TEXT,                         -- since when the purchase counts as consent; NULL: cancelled from the start
    joined_on      TEXT,                         -- since when it gives group places
    ended_on       TEXT                          -- cancelled (CI-29)
) STRICT;

CREATE INDEX membership_account ON membership (account_id);

CREATE TABLE unsubscribed (
    id              INTEGER PRIMARY KEY,
    row_key         TEXT NOT NULL UNIQUE,
    hash            BLOB NOT NULL,
    first_seen      TEXT NOT NULL,
    missing_since   TEXT,
    email           TEXT NOT NULL,               -- trimmed, lower case
    status          TEXT,
    unsubscribed_on TEXT,
    no_mail         INTEGER NOT NULL,            -- what the status means, by the settings
    left_on         TEXT                         -- when its absence was accepted: from then on the address may come back
) STRICT;

CREATE INDEX unsubscribed_email ON unsubscribed (email);

-- Addresses that must get nothing (CI-63).
CREATE VIEW suppressed AS
SELECT DISTINCT email FROM unsubscribed WHERE no_mail = 1 AND missing_since IS NULL;

-- What changed since the last derivation: accounts, and addresses that persons gave up.
CREATE TABLE changed_account (
    account_id INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE changed_address (
    email TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Accounts that a person or a row ties together.
CREATE TABLE account_link (
    account_id INTEGER NOT NULL,
    other_id   INTEGER NOT NULL,
    PRIMARY KEY (account_id, other_id)
) STRICT, WITHOUT ROWID;

-- Accounts, and the person who owns each.
CREATE TABLE account (
    account_id INTEGER PRIMARY KEY,
    owner_id   INTEGER
) STRICT;

-- What the last derivation went by: one row.
CREATE TABLE setting (
    today                    TEXT NOT NULL,
    window_start             TEXT NOT NULL,      -- CI-15
    first_people             TEXT,               -- day of the first export of each kind: the initial load
    first_registrations      TEXT,
    first_memberships        TEXT,
    last_registration        INTEGER NOT NULL,   -- the newest rows that counted before
    last_membership          INTEGER NOT NULL,
    owner_stays              INTEGER NOT NULL,
    registrants_renew_owner  INTEGER NOT NULL,
    expired_memberships_stay INTEGER NOT NULL,
    relation_without_consent INTEGER NOT NULL,
    customers_title          TEXT NOT NULL,
    archived_title           TEXT NOT NULL,
    consent_source           TEXT NOT NULL
) STRICT;

-- Every address that ever was a contact, with its last row.
CREATE TABLE contact (
    email         TEXT PRIMARY KEY,
    listed        INTEGER NOT NULL,              -- 0: today the address is only a child's or a placeholder's
    held          INTEGER NOT NULL,              -- 0: nobody imported has the address any more
    person_id     INTEGER NOT NULL,              -- the record shown
    account_id    INTEGER NOT NULL,
    first_name    TEXT,
    last_name     TEXT,
    gender        TEXT,
    birth_date    TEXT,
    country       TEXT,
    postal_code   TEXT,
    city          TEXT,
    province      TEXT,
    archived      INTEGER NOT NULL,
    skills        TEXT,
    join_date     TEXT,
    membership    TEXT,
    purchased_on  TEXT,
    effective_on  TEXT,
    expires_on    TEXT,
    external_id   TEXT,
    phone         TEXT,
    mobile        TEXT,
    consent_on    TEXT,
    consent_proof TEXT,
    consent_row   TEXT,                          -- SUB-50012, or membership:4101
    because       TEXT NOT NULL,                 -- what brought the address into the customers group
    accounts      INTEGER NOT NULL               -- how many accounts share the address
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_account ON contact (account_id);

-- Places in the groups of activities and memberships: held, or ended.
CREATE TABLE place (
    email     TEXT NOT NULL,
    group_key TEXT NOT NULL,
    because   TEXT NOT NULL,                     -- the row that gave it: SUB-50012, or membership:4101
    since     TEXT NOT NULL,
    ended_on  TEXT,
    reason    TEXT CHECK (reason IN ('unregistered', 'archived', 'address changed')),
    PRIMARY KEY (email, group_key),
    CHECK ((ended_on IS NULL) = (reason IS NULL))
) STRICT, WITHOUT ROWID;

-- Activities and memberships, as their newest row names them.
CREATE TABLE activity (
    activity_id     INTEGER PRIMARY KEY,
    title           TEXT NOT NULL,               -- Program \ Category \ Sub-category \ Activity (CI-44)
    program         TEXT,                        -- titles of the three groups above it (CI-37)
    category        TEXT,
    subcategory     TEXT,
    program_key     TEXT,
    category_key    TEXT,
    subcategory_key TEXT,
    cancelled       INTEGER NOT NULL
) STRICT;

CREATE TABLE membership_kind (
    membership_key TEXT PRIMARY KEY,
    title          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- CI-32 read literally: owners kept out of a group until a newer row of their account.
CREATE TABLE owner_block (
    person_id INTEGER NOT NULL,
    group_key TEXT NOT NULL,
    after_id  INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    PRIMARY KEY (person_id, group_key)
) STRICT, WITHOUT ROWID;
