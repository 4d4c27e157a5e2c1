-- Which row leads to which address.

-- Read literally, both seeds make the owner leave with each registrant (CI-29; the other value of CI-32 and CI-34): until a newer row of
-- the account in that group.
INSERT INTO owner_block (person_id, group_key, after_id, reason)
SELECT owner_id, group_key, max(iif(kind = 1, last_registration, last_membership)), 'unregistered'
FROM tie JOIN setting
WHERE NOT owner_stays AND owner_id <> holder_id
  AND ((kind = 1 AND id IN (SELECT id FROM removed_registration))
       OR (kind = 0 AND id IN (SELECT id FROM removed_membership)))
GROUP BY owner_id, group_key
ON CONFLICT (person_id, group_key) DO UPDATE SET after_id = excluded.after_id, reason = excluded.reason;
INSERT INTO owner_block (person_id, group_key, after_id, reason)
SELECT owner_id, group_key, max(iif(kind = 1, last_registration, last_membership)), 'archived'
FROM tie JOIN setting
WHERE NOT owner_stays AND owner_id <> holder_id AND keeps
  AND holder_id IN (SELECT person_id FROM archived_person)
GROUP BY owner_id, group_key
ON CONFLICT (person_id, group_key) DO UPDATE SET after_id = excluded.after_id, reason = excluded.reason;

DELETE FROM lead;

-- The registrant, if adult and with an address (CI-03 to CI-06, CI-10). An archived one leaves (CI-26); so does who shares the address of an
-- owner who is archived.
INSERT INTO lead
SELECT
    holder.address, tie.group_key, because, proof, on_day, kind, number,
    gives AND NOT closed, keeps AND NOT closed, ended, closed, 1
FROM (
    SELECT tie.*, holder.archived OR coalesce(owner.archived AND owner.address = holder.address, 0) AS closed
    FROM tie
    JOIN member AS holder ON holder.person_id = tie.holder_id
    LEFT JOIN member AS owner ON owner.person_id = tie.owner_id
) AS tie
JOIN member AS holder ON holder.person_id = tie.holder_id
WHERE holder.address IS NOT NULL AND holder.imported;

-- The owner, even when not the registrant (CI-02, CI-39). An archived registrant closes the places held through him alone (CI-34).
INSERT INTO lead
SELECT
    owner.address, tie.group_key, because, proof, on_day, kind, number,
    gives AND NOT closed AND block.reason IS NULL,
    keeps AND NOT closed AND block.reason IS NULL,
    ended OR coalesce(block.reason = 'unregistered', 0),
    closed OR coalesce(block.reason = 'archived', 0),
    registrants_renew_owner OR holder.address IS NULL OR holder.address = owner.address           -- CI-56
FROM (
    SELECT tie.*, holder.archived OR owner.archived AS closed
    FROM tie
    JOIN member AS holder ON holder.person_id = tie.holder_id
    JOIN member AS owner ON owner.person_id = tie.owner_id
    WHERE tie.owner_id <> tie.holder_id
) AS tie
JOIN member AS holder ON holder.person_id = tie.holder_id
JOIN member AS owner ON owner.person_id = tie.owner_id
JOIN setting
LEFT JOIN owner_block AS block
       ON NOT owner_stays AND block.person_id = tie.owner_id AND block.group_key = tie.group_key AND tie.id <= block.after_id
WHERE owner.address IS NOT NULL AND owner.imported;
