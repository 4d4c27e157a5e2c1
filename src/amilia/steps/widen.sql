-- `CROSS JOIN` here and in the other steps fixes the order: a few accounts are looked up in large tables, never the other way round.

-- What hangs together is looked at together: accounts that share an address, and those that a row or an owner ties.
INSERT OR IGNORE INTO account_link (account_id, other_id)
SELECT one.account_id, owner.account_id
FROM scope
CROSS JOIN person AS one ON one.account_id = scope.account_id
CROSS JOIN person AS owner ON owner.person_id = one.account_owner_id AND owner.account_id <> one.account_id
UNION ALL
SELECT owner.account_id, one.account_id
FROM scope
CROSS JOIN person AS one ON one.account_id = scope.account_id
CROSS JOIN person AS owner ON owner.person_id = one.account_owner_id AND owner.account_id <> one.account_id;

INSERT OR IGNORE INTO scope_email (email)
SELECT person.email FROM scope CROSS JOIN person ON person.account_id = scope.account_id WHERE person.email IS NOT NULL;
INSERT OR IGNORE INTO scope_email (email)
SELECT contact.email FROM scope CROSS JOIN contact ON contact.account_id = scope.account_id;

INSERT OR IGNORE INTO scope (account_id)
SELECT person.account_id FROM scope_email CROSS JOIN person ON person.email = scope_email.email;
INSERT OR IGNORE INTO scope (account_id)
SELECT contact.account_id FROM scope_email CROSS JOIN contact ON contact.email = scope_email.email;
INSERT OR IGNORE INTO scope (account_id)
SELECT account_link.other_id FROM scope CROSS JOIN account_link ON account_link.account_id = scope.account_id;
