-- Places in the groups of activities and memberships.

-- Wanted: what a live row gives, and what is held and a row still keeps. A vanished row, an expired membership or a registration cancelled
-- after its activity keeps a place and gives none (CI-30, section 8). The place names the row that brought it, as long as that leads there.
DELETE FROM wanted;
INSERT INTO wanted (email, group_key, because)
SELECT email, group_key, because
FROM (
    SELECT
        lead.email, lead.group_key, lead.because,
        row_number() OVER (
            PARTITION BY lead.email, lead.group_key
            ORDER BY (place.ended_on IS NULL AND lead.because = place.because) DESC,
                     lead.on_day DESC, lead.number DESC, lead.because DESC
        ) AS time
    FROM lead
    LEFT JOIN place ON place.email = lead.email AND place.group_key = lead.group_key
    WHERE lead.gives OR (lead.keeps AND place.email IS NOT NULL AND place.ended_on IS NULL)
)
WHERE time = 1;

-- A held one ends: unregistered, archived (CI-26), or the address has changed (section 8).
UPDATE place
SET ended_on = (SELECT today FROM setting),
    reason = CASE
        WHEN EXISTS (SELECT 1 FROM lead
                     WHERE lead.email = place.email AND lead.group_key = place.group_key
                       AND lead.archived AND NOT lead.ended) THEN 'archived'
        WHEN EXISTS (SELECT 1 FROM lead
                     WHERE lead.email = place.email AND lead.group_key = place.group_key AND lead.ended)
          OR EXISTS (SELECT 1 FROM lead WHERE lead.email = place.email AND lead.because = place.because) THEN 'unregistered'
        ELSE 'address changed'
    END
WHERE ended_on IS NULL
  AND email IN (SELECT email FROM scope_email)
  AND NOT EXISTS (SELECT 1 FROM wanted WHERE wanted.email = place.email AND wanted.group_key = place.group_key);

INSERT INTO place (email, group_key, because, since)
SELECT email, group_key, because, today FROM wanted, setting
WHERE true
ON CONFLICT (email, group_key) DO UPDATE
SET because = excluded.because,
    since = iif(place.ended_on IS NULL, place.since, excluded.since),
    ended_on = NULL,
    reason = NULL
WHERE place.ended_on IS NOT NULL OR place.because <> excluded.because;
