-- Addresses that were on the unsubscribed list when the customer base was derived last. They get nothing until a derivation accepts that they have
-- left the list, whatever comes of the list meanwhile: a truncated export, other words for its statuses, other settings (CI-63, amilia 9.8).
CREATE TABLE was_suppressed (
    email TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

INSERT INTO was_suppressed
SELECT DISTINCT email FROM unsubscribed WHERE no_mail = 1 AND (missing_since IS NULL OR left_on IS NULL);

ALTER TABLE unsubscribed DROP COLUMN left_on;

DROP VIEW suppressed;
CREATE VIEW suppressed AS
WITH listed AS (
    SELECT email FROM unsubscribed WHERE no_mail = 1 AND missing_since IS NULL
    UNION
    SELECT email FROM was_suppressed
)
SELECT email FROM listed
UNION
SELECT spelling.email FROM listed JOIN spelling ON spelling.lower_case = listed.email;

-- 1: the address was unsubscribed when it was forgotten, or has stood on the list since. Who is forgotten so does not return.
ALTER TABLE forgotten ADD COLUMN unsubscribed INTEGER NOT NULL DEFAULT 0 CHECK (unsubscribed IN (0, 1));
