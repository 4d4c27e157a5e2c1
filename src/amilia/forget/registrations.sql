-- Registrations of persons who were forgotten, unless they lead to an owner who was not (CI-02).
DELETE FROM registration
WHERE person_id IN (SELECT person_id FROM forgotten_person)
  AND NOT EXISTS (
      SELECT 1
      FROM person AS owner
      WHERE owner.person_id = coalesce(
                (SELECT named.person_id FROM person AS named WHERE named.person_id = registration.account_owner_id),
                (SELECT owner_id FROM account WHERE account.account_id = registration.account_id))
        AND owner.person_id NOT IN (SELECT person_id FROM forgotten_person));
