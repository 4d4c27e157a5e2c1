-- Which registrations count, and which have ended.

-- Of the initial load, only those made in the window (CI-11, CI-12, CI-15): by the day they were made, the boundary included. One that
-- is left out stays out. What is first seen later counts whatever its age (CI-19). A cancelled one does not count until it is registered
-- (CI-55). In one statement, so that a first load writes each row once.
UPDATE registration
SET (left_out, counted_on) = (
    SELECT out, iif(out OR registration.missing_since IS NOT NULL OR coalesce(registration.status, '') = 'Cancelled', NULL, today)
    FROM (
        SELECT coalesce(registration.left_out,
                        registration.first_seen = first_registrations AND registration.registered_on < window_start) AS out,
               today
        FROM setting
    )
)
WHERE counted_on IS NULL
  AND (left_out IS NULL OR (left_out = 0 AND missing_since IS NULL AND coalesce(status, '') <> 'Cancelled'))
  AND account_id IN (SELECT account_id FROM scope);

-- Unregistered (CI-21, CI-29): cancelled, or absent under the strict test. The list of a cancelled activity is frozen (CI-30).
INSERT OR IGNORE INTO removed_registration (id)
SELECT registration.id
FROM scope
CROSS JOIN registration ON registration.account_id = scope.account_id
JOIN activity ON activity.activity_id = registration.activity_id
WHERE registration.counted_on IS NOT NULL AND registration.ended_on IS NULL
  AND (registration.removed = 1 OR (registration.status = 'Cancelled' AND NOT activity.cancelled));
UPDATE registration
SET ended_on = (SELECT today FROM setting)
WHERE ended_on IS NULL AND id IN (SELECT id FROM removed_registration);

-- Registered again.
UPDATE registration
SET ended_on = NULL
WHERE ended_on IS NOT NULL AND missing_since IS NULL AND coalesce(status, '') <> 'Cancelled'
  AND account_id IN (SELECT account_id FROM scope);

-- What each membership is today: by its status, else by its days (amilia 8.3).
UPDATE membership
SET state = CASE
        WHEN status = 'Cancelled' THEN 'cancelled'
        WHEN status = 'Active' THEN 'active'
        WHEN status = 'Inactive' THEN 'inactive'
        WHEN status = 'Expired' THEN 'expired'
        WHEN expires_on < (SELECT today FROM setting) THEN 'expired'
        WHEN effective_on > (SELECT today FROM setting) THEN 'future'
        ELSE 'active'
    END
WHERE account_id IN (SELECT account_id FROM scope);

-- Its purchase is a consent, unless it was cancelled from the start (CI-52, CI-55).
UPDATE membership
SET counted_on = (SELECT today FROM setting)
WHERE counted_on IS NULL AND missing_since IS NULL AND state <> 'cancelled'
  AND account_id IN (SELECT account_id FROM scope);

-- It gives places from when it is active, whatever the day of its purchase (CI-13). A purchase seen later gives them at once, even if it
-- is effective later (CI-19).
UPDATE membership
SET joined_on = (SELECT today FROM setting)
WHERE joined_on IS NULL AND missing_since IS NULL
  AND (state = 'active' OR (state = 'future' AND first_seen > (SELECT first_memberships FROM setting)))
  AND account_id IN (SELECT account_id FROM scope);

-- Only a cancelled one leaves its group (CI-29). One that expires or vanishes changes nothing.
INSERT OR IGNORE INTO removed_membership (id)
SELECT membership.id
FROM scope CROSS JOIN membership ON membership.account_id = scope.account_id
WHERE joined_on IS NOT NULL AND ended_on IS NULL AND state = 'cancelled';
UPDATE membership
SET ended_on = (SELECT today FROM setting)
WHERE ended_on IS NULL AND id IN (SELECT id FROM removed_membership);
UPDATE membership
SET ended_on = NULL
WHERE ended_on IS NOT NULL AND missing_since IS NULL AND state <> 'cancelled'
  AND account_id IN (SELECT account_id FROM scope);
