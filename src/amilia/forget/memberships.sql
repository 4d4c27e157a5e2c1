-- Memberships of persons who were forgotten, unless they lead to an owner who was not (CI-02); those of a whole account once everybody
-- in it was forgotten.
DELETE FROM membership
WHERE (person_id IN (SELECT person_id FROM forgotten_person)
       AND NOT EXISTS (
           SELECT 1
           FROM account
           WHERE account.account_id = membership.account_id AND account.owner_id IS NOT NULL
             AND account.owner_id NOT IN (SELECT person_id FROM forgotten_person)))
   OR (person_id IS NULL
       AND EXISTS (SELECT 1 FROM person WHERE person.account_id = membership.account_id)
       AND NOT EXISTS (
           SELECT 1
           FROM person
           WHERE person.account_id = membership.account_id
             AND person.person_id NOT IN (SELECT person_id FROM forgotten_person)));
