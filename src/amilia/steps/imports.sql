-- The rows that count, and whom they import.
DELETE FROM tie;

INSERT INTO tie
SELECT
    1,
    registration.id,
    registration.person_id,
    coalesce(named.person_id, account.owner_id),       -- the owner behind the registration (D5); without the column, the account's
    'activity:' || activity_id,                        -- drop-ins like any other (CI-40)
    registration_id,
    registration_id,
    registered_on,
    coalesce(number, 0),
    registration.first_seen = first_registrations,
    ended_on IS NULL AND registration.missing_since IS NULL AND coalesce(status, '') <> 'Cancelled',
    ended_on IS NULL,                                  -- vanished, or cancelled after its activity (CI-30): keeps, gives none
    ended_on IS NOT NULL
FROM scope
CROSS JOIN registration ON registration.account_id = scope.account_id
LEFT JOIN account ON account.account_id = registration.account_id
LEFT JOIN person AS named ON named.person_id = registration.account_owner_id
JOIN setting
WHERE counted_on IS NOT NULL;

INSERT INTO tie
SELECT
    0,
    membership.id,
    coalesce(membership.person_id, member.person_id),
    account.owner_id,
    'membership:' || coalesce(membership_id, membership),
    'membership:' || coalesce(membership_id, membership),
    membership,
    purchased_on,
    coalesce(membership_id, 0),
    membership.first_seen = first_memberships,
    joined_on IS NOT NULL AND ended_on IS NULL AND missing_since IS NULL AND state IN ('active', 'future'),
    joined_on IS NOT NULL AND ended_on IS NULL AND (expired_memberships_stay OR state <> 'expired'),
    ended_on IS NOT NULL OR (state = 'expired' AND NOT expired_memberships_stay)
FROM scope
CROSS JOIN membership ON membership.account_id = scope.account_id
LEFT JOIN account ON account.account_id = membership.account_id
LEFT JOIN member ON membership.person_id IS NULL AND member.account_id = membership.account_id
JOIN setting
WHERE counted_on IS NOT NULL AND coalesce(membership.person_id, member.person_id) IS NOT NULL;

-- Imported is for ever, since nothing deletes a contact (CI-31). Neither a recent registration nor an active membership on the first day:
-- not imported (CI-14).
DELETE FROM imported;

-- A registration or membership imports its registrant (CI-03, CI-11, CI-13, CI-19) and the owner (CI-02).
INSERT INTO imported (person_id, rule, row, on_day, number)
SELECT tie.holder_id, CASE WHEN NOT first THEN 'CI-19' WHEN kind = 1 THEN 'CI-11' ELSE 'CI-13' END, because, on_day, number
FROM tie JOIN member ON member.person_id = tie.holder_id AND NOT member.imported
WHERE gives
ON CONFLICT (person_id) DO UPDATE
SET rule = excluded.rule, row = excluded.row, on_day = excluded.on_day, number = excluded.number
WHERE (excluded.on_day, excluded.number, excluded.row) > (imported.on_day, imported.number, imported.row);
INSERT INTO imported (person_id, rule, row, on_day, number)
SELECT tie.owner_id, 'CI-02', because, on_day, number
FROM tie JOIN member ON member.person_id = tie.owner_id AND NOT member.imported
WHERE gives AND tie.owner_id <> tie.holder_id
ON CONFLICT (person_id) DO UPDATE
SET rule = excluded.rule, row = excluded.row, on_day = excluded.on_day, number = excluded.number
WHERE (excluded.on_day, excluded.number, excluded.row) > (imported.on_day, imported.number, imported.row);

-- A person who is created is imported, and so is the owner, even without any registration (CI-16).
INSERT OR IGNORE INTO imported (person_id, rule, row, on_day, number)
SELECT person.person_id, 'CI-16', NULL, '', 0
FROM member CROSS JOIN person ON person.person_id = member.person_id JOIN setting
WHERE NOT member.imported AND person.first_seen > first_people;
INSERT OR IGNORE INTO imported (person_id, rule, row, on_day, number)
SELECT owner.person_id, 'CI-16', 'person:' || min(person.person_id), '', 0
FROM member
CROSS JOIN person ON person.person_id = member.person_id
JOIN account ON account.account_id = member.account_id
JOIN member AS owner ON owner.person_id = account.owner_id AND NOT owner.imported
JOIN setting
WHERE NOT member.imported AND person.first_seen > first_people
GROUP BY owner.person_id;

UPDATE person
SET (imported_on, imported_rule, imported_row) =
    (SELECT today, rule, row FROM imported, setting WHERE imported.person_id = person.person_id)
WHERE person_id IN (SELECT person_id FROM imported);
UPDATE member SET imported = 1 WHERE person_id IN (SELECT person_id FROM imported);
