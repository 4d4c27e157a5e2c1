-- Addresses kept in the case in which they are written (`addresses_ignore_case = false`, the other reading of CI-09): each spelling that is
-- not lower case, with its lower case. Empty while the setting is on.
CREATE TABLE spelling (
    email      TEXT PRIMARY KEY,
    lower_case TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX spelling_lower_case ON spelling (lower_case);

-- Addresses that must get nothing (CI-63): those of the list, which are lower case, and every spelling of them.
DROP VIEW suppressed;
CREATE VIEW suppressed AS
SELECT email FROM unsubscribed WHERE no_mail = 1 AND missing_since IS NULL
UNION
SELECT spelling.email
FROM unsubscribed JOIN spelling ON spelling.lower_case = unsubscribed.email
WHERE no_mail = 1 AND missing_since IS NULL;
