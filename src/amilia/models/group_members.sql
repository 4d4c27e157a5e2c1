-- Places in static groups that are wanted: who is in, and the row that brought them there.
SELECT email, 'customers' AS group_key, because                                -- CI-27, CI-29, CI-35: every contact, archived or not
FROM contact
WHERE listed AND email NOT IN (SELECT email FROM suppressed)                   -- CI-63
UNION ALL
SELECT email, group_key, because                                               -- CI-36, CI-38 to CI-42
FROM place
WHERE ended_on IS NULL AND email NOT IN (SELECT email FROM suppressed)         -- CI-63
ORDER BY email, group_key;
