-- Who owns each account: the person whom the newest rows mark (amilia 8.1).
WITH claim AS (
    SELECT
        person.account_id,
        iif(person.account_owner = 1, person.person_id, person.account_owner_id) AS owner_id,
        person.missing_since IS NOT NULL AS missing,
        coalesce(person.account_owner, 0) = 0 AS named_only
    FROM scope CROSS JOIN person ON person.account_id = scope.account_id
),
ranked AS (
    SELECT
        claim.account_id,
        owner.person_id AS owner_id,
        row_number() OVER (
            PARTITION BY claim.account_id ORDER BY owner.person_id IS NULL, missing, named_only, owner.person_id
        ) AS rank
    FROM claim LEFT JOIN person AS owner ON owner.person_id = claim.owner_id
)
INSERT INTO account (account_id, owner_id)
SELECT account_id, owner_id FROM ranked WHERE rank = 1
ON CONFLICT (account_id) DO UPDATE SET owner_id = excluded.owner_id WHERE account.owner_id IS NOT excluded.owner_id;

-- Who is a child, who is archived, and who is written to.
DELETE FROM member;
INSERT INTO member
SELECT
    person_id,
    account_id,
    email,
    iif(kept_out IS NULL, email, NULL),
    kept_out,
    is_owner,
    kept_out IS 'child' OR kept_out IS 'unknown age',
    archived,
    was_archived,
    imported
FROM (
    SELECT
        person.person_id,
        person.account_id,
        person.email,
        is_owner,
        CASE
            -- A child by the column or by age is never written to (CI-04, CI-06, CI-07).
            WHEN person.child = 1 OR person.adult_on > setting.today THEN 'child'
            -- Without both, an adult only as the owner (amilia 9.5).
            WHEN person.child IS NULL AND person.adult_on IS NULL AND NOT is_owner THEN 'unknown age'
            -- Staff enter `Parent of …` where no owner is known (CI-10, amilia 9.4).
            WHEN is_owner AND (full_name LIKE 'parent of %' OR full_name LIKE 'parent de %'
                               OR full_name LIKE 'parent d''%' OR full_name LIKE 'parent d’%') THEN 'placeholder'
            -- No address, no contact (CI-01).
            WHEN person.email IS NULL THEN 'no address'
        END AS kept_out,
        (coalesce(person.archived, 0) = 1 OR person.gone = 1) AS archived,       -- CI-17, CI-18
        person.was_archived,
        person.imported_on IS NOT NULL AS imported
    FROM (
        SELECT
            person.*,
            (person.person_id IS account.owner_id OR coalesce(person.account_owner, 0) = 1) AS is_owner,
            trim(concat_ws(' ', trim(person.first_name), trim(person.last_name))) AS full_name
        FROM scope
        CROSS JOIN person ON person.account_id = scope.account_id
        LEFT JOIN account ON account.account_id = person.account_id
    ) AS person, setting
);

INSERT OR IGNORE INTO archived_person (person_id)
SELECT person_id FROM member WHERE archived AND was_archived = 0;

UPDATE person
SET (reached, kept_out, was_archived) =
    (SELECT address, member.kept_out, archived FROM member WHERE member.person_id = person.person_id)
WHERE person_id IN (
    SELECT member.person_id
    FROM member CROSS JOIN person AS old ON old.person_id = member.person_id
    WHERE (old.reached, old.kept_out, old.was_archived) IS NOT (member.address, member.kept_out, member.archived)
);
