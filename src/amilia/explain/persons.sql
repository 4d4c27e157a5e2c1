-- Everyone who has the address, in the order in which they compete for it (cyberimpact section 9).
SELECT
    person.person_id,
    person.account_id,
    trim(concat_ws(' ', person.first_name, person.last_name)) AS name,
    person.person_id IS account.owner_id OR coalesce(person.account_owner, 0) = 1 AS is_owner,
    coalesce(person.was_archived, 0) AS archived,
    person.kept_out,
    person.imported_on,
    person.imported_rule,
    person.imported_row,
    max(
        coalesce((SELECT max(registered_on) FROM registration
                  WHERE registration.account_id = person.account_id
                    AND counted_on IS NOT NULL AND coalesce(status, '') <> 'Cancelled'), ''),
        coalesce((SELECT max(purchased_on) FROM membership
                  WHERE membership.account_id = person.account_id
                    AND counted_on IS NOT NULL AND state <> 'cancelled'), '')
    ) AS newest
FROM person LEFT JOIN account ON account.account_id = person.account_id
WHERE person.email = :email
ORDER BY person.imported_on IS NULL OR person.kept_out IS NOT NULL, 4 DESC, newest DESC, person.account_id, person.person_id;
