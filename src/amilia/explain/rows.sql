-- The registrations and memberships that lead to an address, newest first: those of its persons, and those of the accounts that they own.
WITH at_address AS (
    SELECT person_id, account_id FROM person WHERE reached = :email
),
near AS (
    SELECT account_id FROM at_address
    UNION
    SELECT other_id FROM account_link WHERE account_id IN (SELECT account_id FROM at_address)
),
row_of AS (
    SELECT
        1 AS kind,
        registration_id AS row,
        coalesce(activity.title, activity) AS title,
        registered_on AS on_day,
        person_id AS holder_id,
        coalesce(account_owner_id, account.owner_id) AS owner_id,
        CASE
            WHEN left_out = 1 THEN 'too-old'
            WHEN counted_on IS NULL THEN 'cancelled-first'
            WHEN ended_on IS NOT NULL THEN 'unregistered'
            WHEN missing_since IS NOT NULL THEN 'vanished'
            WHEN status = 'Cancelled' THEN 'frozen'
            ELSE 'live'
        END AS state
    FROM near
    JOIN registration ON registration.account_id = near.account_id
    LEFT JOIN account ON account.account_id = registration.account_id
    LEFT JOIN activity ON activity.activity_id = registration.activity_id
    UNION ALL
    SELECT
        0,
        'membership:' || coalesce(membership_id, membership),
        membership,
        purchased_on,
        coalesce(membership.person_id, person.person_id),
        account.owner_id,
        CASE
            WHEN counted_on IS NULL THEN 'cancelled-first'
            WHEN ended_on IS NOT NULL OR state = 'cancelled' THEN 'unregistered'
            WHEN joined_on IS NULL THEN 'not-active'
            WHEN membership.missing_since IS NOT NULL THEN 'vanished'
            WHEN state = 'expired' THEN 'expired'
            ELSE 'live'
        END
    FROM near
    JOIN membership ON membership.account_id = near.account_id
    LEFT JOIN account ON account.account_id = membership.account_id
    LEFT JOIN person ON membership.person_id IS NULL AND person.account_id = membership.account_id
)
SELECT
    row,
    title,
    on_day,
    holder_id,
    holder_id NOT IN (SELECT person_id FROM at_address) AS through_owner,
    state
FROM row_of
WHERE holder_id IN (SELECT person_id FROM at_address) OR owner_id IN (SELECT person_id FROM at_address)
ORDER BY on_day DESC, kind DESC, row DESC, holder_id;
