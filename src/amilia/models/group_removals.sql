-- Places that were held and have ended, until they are wanted again (CI-26, CI-29). Nobody leaves the customers group (CI-27),
-- and nothing is sent for an unsubscribed address (CI-63).
SELECT email, group_key, reason
FROM place
WHERE ended_on IS NOT NULL AND email NOT IN (SELECT email FROM suppressed)
ORDER BY email, group_key;
