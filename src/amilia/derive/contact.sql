-- A contact, with the details of the record shown (cyberimpact section 3), or what differs from the contact that is there.
INSERT INTO contact (
    email, listed, held, person_id, account_id, first_name, last_name, gender, birth_date, country, postal_code, city, province,
    archived, skills, join_date, membership, purchased_on, effective_on, expires_on, external_id, phone, mobile,
    consent_on, consent_proof, consent_row, because, accounts
)
SELECT
    :email, 1, 1, person.person_id, person.account_id, first_name, last_name, gender, birth_date,
    country, postal_code, city, province, :archived, :skills, join_date,
    membership.membership, membership.purchased_on, membership.effective_on, membership.expires_on,
    external_id, phone, mobile, :consent_on, :consent_proof, :consent_row,
    coalesce(:consent_row, 'person:' || person.person_id), :accounts
FROM person LEFT JOIN membership ON membership.id = :membership
WHERE person.person_id = :person
ON CONFLICT (email) DO UPDATE
SET listed = 1, held = 1, person_id = excluded.person_id, account_id = excluded.account_id,
    first_name = excluded.first_name, last_name = excluded.last_name, gender = excluded.gender, birth_date = excluded.birth_date,
    country = excluded.country, postal_code = excluded.postal_code, city = excluded.city, province = excluded.province,
    archived = excluded.archived, skills = excluded.skills, join_date = excluded.join_date, membership = excluded.membership,
    purchased_on = excluded.purchased_on, effective_on = excluded.effective_on, expires_on = excluded.expires_on,
    external_id = excluded.external_id, phone = excluded.phone, mobile = excluded.mobile, accounts = excluded.accounts,
    -- The date never moves back (CI-55), unless the settings let it.
    consent_on = iif(:never_back AND contact.consent_on > coalesce(excluded.consent_on, ''), contact.consent_on, excluded.consent_on),
    consent_proof = iif(:never_back AND contact.consent_on > coalesce(excluded.consent_on, ''), contact.consent_proof, excluded.consent_proof),
    consent_row = iif(:never_back AND contact.consent_on > coalesce(excluded.consent_on, ''), contact.consent_row, excluded.consent_row)
WHERE (contact.listed, contact.held, contact.person_id, contact.account_id, contact.first_name, contact.last_name, contact.gender,
       contact.birth_date, contact.country, contact.postal_code, contact.city, contact.province, contact.archived, contact.skills,
       contact.join_date, contact.membership, contact.purchased_on, contact.effective_on, contact.expires_on, contact.external_id,
       contact.phone, contact.mobile, contact.accounts)
   IS NOT (1, 1, excluded.person_id, excluded.account_id, excluded.first_name, excluded.last_name, excluded.gender,
           excluded.birth_date, excluded.country, excluded.postal_code, excluded.city, excluded.province, excluded.archived,
           excluded.skills, excluded.join_date, excluded.membership, excluded.purchased_on, excluded.effective_on,
           excluded.expires_on, excluded.external_id, excluded.phone, excluded.mobile, excluded.accounts)
   OR (NOT coalesce(:never_back AND contact.consent_on > coalesce(excluded.consent_on, ''), 0)
       AND (contact.consent_on, contact.consent_proof, contact.consent_row)
           IS NOT (excluded.consent_on, excluded.consent_proof, excluded.consent_row));
