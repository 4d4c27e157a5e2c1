-- Memberships held, with the contact that each is sent to: the holder's address if adult, else the owner's (CI-02 to CI-06).
-- One active card a holder and membership, across runs: the newest purchase.
WITH ranked AS (
    SELECT
        membership.*,
        person.reached AS holder_email,
        owner.reached AS owner_email,
        row_number() OVER (
            PARTITION BY coalesce(membership.person_id, -membership.account_id), coalesce(membership_id, membership)
            ORDER BY state = 'cancelled', purchased_on DESC, coalesce(effective_on, '') DESC,
                     membership.missing_since IS NOT NULL, row_key DESC
        ) AS age
    FROM membership
    LEFT JOIN person ON person.person_id = membership.person_id
    LEFT JOIN account ON account.account_id = membership.account_id
    LEFT JOIN person AS owner ON owner.person_id = account.owner_id
)
SELECT
    ranked.card,
    ranked.membership_id,
    ranked.membership,
    ranked.person_id,
    ranked.account_id,
    ranked.purchased_on,
    ranked.effective_on,
    ranked.expires_on,
    iif(age = 1 AND state IN ('active', 'future'), 'true', 'false') AS active,
    contact.email,
    contact.first_name,
    contact.last_name,
    contact.gender,
    contact.birth_date,
    contact.city,
    contact.province,
    contact.postal_code,
    contact.country,
    contact.phone,
    contact.mobile,
    contact.external_id,
    iif(contact.archived, 'True', 'False') AS archived
FROM ranked
JOIN contact ON contact.email = coalesce(holder_email, owner_email)
WHERE contact.listed
  AND contact.email NOT IN (SELECT email FROM suppressed)                      -- CI-63
ORDER BY contact.email, ranked.membership_id, ranked.membership, ranked.purchased_on, ranked.row_key;
