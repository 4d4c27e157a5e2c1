-- Everyone who can be written to, one row an address (reference cyberimpact section 3).
SELECT
    email,
    first_name,
    last_name,
    gender,
    birth_date,
    country,
    postal_code,
    city,
    province,
    account_id,
    person_id,
    iif(archived, 'True', 'False') AS archived,                                -- CI-24, CI-25: English words in both languages
    skills,                                                                    -- CI-65
    join_date,
    membership,                                                                -- CI-64, and the next three
    purchased_on,
    effective_on,
    expires_on,
    external_id,
    phone,
    mobile,
    iif(consent_on IS NULL AND setting.relation_without_consent = 'no', NULL, 'active-clients') AS relation,              -- CI-50
    iif(consent_on IS NULL AND setting.relation_without_consent = 'no', NULL, setting.consent_source) AS consent_source,  -- CI-50
    consent_on,                                                                -- CI-52; expiry is the destination's (CI-51, CI-59)
    consent_proof                                                              -- CI-53; both empty without a row (CI-58)
FROM contact, setting
WHERE listed                                                                   -- CI-04, CI-06: no child's address
  AND email NOT IN (SELECT email FROM suppressed)                              -- CI-63
ORDER BY email;
