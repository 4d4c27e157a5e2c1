-- One loyalty card a customer: the membership purchased last among those that reach the customer's address, the holder's own if
-- adult, else the owner's (CI-02 to CI-06). A customer has one card in a program across all runs (Splio, seed 003): a newer
-- purchase changes the card, it makes no second one. Cancelled memberships make no card.
-- Several programs? Copy this file to models/cards.sql and partition by program too.
WITH present AS (
    SELECT DISTINCT person_id, membership_id, iif(membership_id IS NULL, membership, NULL) AS name
    FROM membership
    WHERE missing_since IS NULL AND person_id IS NOT NULL
),
reached AS (
    SELECT
        membership.*,
        coalesce(holder.reached, owner.reached) AS email
    FROM membership
    LEFT JOIN person AS holder ON holder.person_id = membership.person_id
    LEFT JOIN account ON account.account_id = membership.account_id
    LEFT JOIN person AS owner ON owner.person_id = account.owner_id
    LEFT JOIN present
        ON present.person_id = membership.person_id AND present.membership_id IS membership.membership_id
        AND present.name IS iif(membership.membership_id IS NULL, membership.membership, NULL)
    WHERE state <> 'cancelled'
      -- Corrected: the export has it under another account or day of purchase.
      AND (membership.missing_since IS NULL OR present.person_id IS NULL)
),
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY email
            ORDER BY purchased_on DESC, coalesce(effective_on, '') DESC, missing_since IS NOT NULL,
                     membership_id DESC, row_key DESC
        ) AS age
    FROM reached
)
SELECT
    ranked.card,
    ranked.membership_id,
    ranked.membership,
    contact.person_id,
    ranked.person_id AS holder_id,
    ranked.account_id,
    ranked.purchased_on,
    ranked.effective_on,
    ranked.expires_on,
    iif(state IN ('active', 'future'), 'true', 'false') AS active,
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
JOIN contact ON contact.email = ranked.email
WHERE age = 1
  AND contact.listed
  AND contact.email NOT IN (SELECT email FROM suppressed)                      -- CI-63
ORDER BY contact.email;
