-- One contact an address (CI-08, CI-09).

-- Which record is shown (cyberimpact section 9): an owner before a member, then the account with the newest registration or purchase
-- that counts, then the lowest account; inside an account the owner, else the lowest person. Only imported persons compete.
DELETE FROM shown;
WITH newest AS (
    SELECT account_id, max(on_day) AS on_day
    FROM (
        SELECT registration.account_id, registered_on AS on_day
        FROM scope CROSS JOIN registration ON registration.account_id = scope.account_id
        WHERE counted_on IS NOT NULL AND coalesce(status, '') <> 'Cancelled'
        UNION ALL
        SELECT membership.account_id, purchased_on
        FROM scope CROSS JOIN membership ON membership.account_id = scope.account_id
        WHERE counted_on IS NOT NULL AND state <> 'cancelled'
    )
    GROUP BY account_id
),
candidate AS (
    SELECT
        member.address AS email,
        member.person_id,
        member.account_id,
        row_number() OVER (
            PARTITION BY member.address
            ORDER BY member.is_owner DESC, coalesce(newest.on_day, '') DESC, member.account_id, member.person_id
        ) AS rank
    FROM member LEFT JOIN newest ON newest.account_id = member.account_id
    WHERE member.address IS NOT NULL AND member.imported
)
INSERT INTO shown (email, person_id, account_id, accounts)
SELECT
    email, person_id, account_id,
    (SELECT count(DISTINCT other.account_id) FROM member AS other
     WHERE other.address = candidate.email AND other.imported)
FROM candidate
WHERE rank = 1;

-- Who lends skills and membership (section 3): the record shown, who shares its address in the account, and the account's children where
-- it is the owner's. Never an adult with an own contact.
DELETE FROM folded;
INSERT INTO folded (email, rank, person_id)
SELECT email, 0, person_id FROM shown;
INSERT OR IGNORE INTO folded (email, rank, person_id)
SELECT shown.email, 1, other.person_id
FROM shown
JOIN member AS other ON other.account_id = shown.account_id AND other.person_id <> shown.person_id
LEFT JOIN account ON account.account_id = shown.account_id
WHERE coalesce(other.email = shown.email, 0) OR (other.child AND account.owner_id = shown.person_id);

WITH skill AS (
    -- Each name once, the shown person's first (CI-65).
    SELECT email, group_concat(name, ', ' ORDER BY rank, person_id, position) AS names
    FROM (
        SELECT email, name, rank, person_id, position,
               row_number() OVER (PARTITION BY email, name ORDER BY rank, person_id, position) AS time
        FROM (
            SELECT folded.email, skill.value AS name, folded.rank, folded.person_id, skill.key AS position
            FROM folded
            JOIN person ON person.person_id = folded.person_id AND person.skill_list IS NOT NULL
            JOIN json_each(person.skill_list) AS skill
        )
    )
    WHERE time = 1
    GROUP BY email
),
held AS (
    SELECT folded.email, membership.*
    FROM folded
    JOIN tie ON tie.holder_id = folded.person_id AND tie.kind = 0
    JOIN membership ON membership.id = tie.id
    WHERE membership.state <> 'cancelled'
),
last_membership AS (
    -- The last one purchased, active or not; a cancelled one leaves the fields (CI-64).
    SELECT *
    FROM (
        SELECT held.*, row_number() OVER (
            PARTITION BY email
            ORDER BY purchased_on DESC, coalesce(membership_id, 0) DESC, missing_since IS NOT NULL,
                     coalesce(effective_on, '') DESC, row_key DESC
        ) AS time
        FROM held
    )
    WHERE time = 1
),
consent AS (
    -- The newest of the two kinds; on one day the registration, then the higher number (CI-50 to CI-56).
    SELECT *
    FROM (
        SELECT lead.*, row_number() OVER (
            PARTITION BY email ORDER BY on_day DESC, kind DESC, number DESC, because DESC
        ) AS time
        FROM lead
        WHERE consents
    )
    WHERE time = 1
)
INSERT INTO contact (
    email, listed, held, person_id, account_id, first_name, last_name, gender, birth_date, country, postal_code, city, province,
    archived, skills, join_date, membership, purchased_on, effective_on, expires_on, external_id, phone, mobile,
    consent_on, consent_proof, consent_row, because, accounts
)
SELECT
    shown.email, 1, 1, shown.person_id, shown.account_id, person.first_name, person.last_name, person.gender, person.birth_date,
    person.country, person.postal_code, person.city, person.province,
    member.archived,                                                   -- CI-24, CI-33: the flag of the record shown
    skill.names, person.join_date,
    last_membership.membership, last_membership.purchased_on, last_membership.effective_on, last_membership.expires_on,
    person.external_id, person.phone, person.mobile,
    consent.on_day, consent.proof, consent.because,
    coalesce(consent.because, 'person:' || shown.person_id),
    shown.accounts
FROM shown
JOIN person ON person.person_id = shown.person_id
JOIN member ON member.person_id = shown.person_id
LEFT JOIN skill ON skill.email = shown.email
LEFT JOIN last_membership ON last_membership.email = shown.email
LEFT JOIN consent ON consent.email = shown.email
WHERE true
ON CONFLICT (email) DO UPDATE
SET listed = 1, held = 1, person_id = excluded.person_id, account_id = excluded.account_id,
    first_name = excluded.first_name, last_name = excluded.last_name, gender = excluded.gender, birth_date = excluded.birth_date,
    country = excluded.country, postal_code = excluded.postal_code, city = excluded.city, province = excluded.province,
    archived = excluded.archived, skills = excluded.skills, join_date = excluded.join_date, membership = excluded.membership,
    purchased_on = excluded.purchased_on, effective_on = excluded.effective_on, expires_on = excluded.expires_on,
    external_id = excluded.external_id, phone = excluded.phone, mobile = excluded.mobile, accounts = excluded.accounts,
    -- The date never moves back (CI-55).
    consent_on = iif(contact.consent_on > coalesce(excluded.consent_on, ''), contact.consent_on, excluded.consent_on),
    consent_proof = iif(contact.consent_on > coalesce(excluded.consent_on, ''), contact.consent_proof, excluded.consent_proof),
    consent_row = iif(contact.consent_on > coalesce(excluded.consent_on, ''), contact.consent_row, excluded.consent_row)
WHERE (contact.listed, contact.held, contact.person_id, contact.account_id, contact.first_name, contact.last_name, contact.gender,
       contact.birth_date, contact.country, contact.postal_code, contact.city, contact.province, contact.archived, contact.skills,
       contact.join_date, contact.membership, contact.purchased_on, contact.effective_on, contact.expires_on, contact.external_id,
       contact.phone, contact.mobile, contact.accounts)
   IS NOT (1, 1, excluded.person_id, excluded.account_id, excluded.first_name, excluded.last_name, excluded.gender,
           excluded.birth_date, excluded.country, excluded.postal_code, excluded.city, excluded.province, excluded.archived,
           excluded.skills, excluded.join_date, excluded.membership, excluded.purchased_on, excluded.effective_on,
           excluded.expires_on, excluded.external_id, excluded.phone, excluded.mobile, excluded.accounts)
   OR (coalesce(excluded.consent_on, '') >= coalesce(contact.consent_on, '')
       AND (contact.consent_on, contact.consent_proof, contact.consent_row)
           IS NOT (excluded.consent_on, excluded.consent_proof, excluded.consent_row));

-- An address that nobody imported has any more keeps its last row, unless today it is a child's or a placeholder's.
UPDATE contact
SET held = 0,
    listed = NOT EXISTS (SELECT 1 FROM member WHERE member.email = contact.email AND member.address IS NULL)
WHERE email IN (SELECT email FROM scope_email EXCEPT SELECT email FROM shown)
  AND (held OR listed <> NOT EXISTS (SELECT 1 FROM member WHERE member.email = contact.email AND member.address IS NULL));
