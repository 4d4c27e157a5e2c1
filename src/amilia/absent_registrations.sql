-- A registration that is missing for the first time means "unregistered" only if all of this holds (amilia 9.7): it was in the
-- export before and is absent now; its activity is still listed or ends in the future (an activity that ends today does not);
-- the activity is not cancelled. Otherwise nothing follows.
UPDATE registration
SET removed = coalesce(activity_status, '') <> 'Cancelled'
          AND NOT EXISTS (SELECT 1 FROM registration AS other
                          WHERE other.activity_id = registration.activity_id
                            AND other.missing_since IS NULL AND other.activity_status = 'Cancelled')
          AND (coalesce(activity_end, '') > :today
               OR EXISTS (SELECT 1 FROM registration AS other
                          WHERE other.activity_id = registration.activity_id AND other.missing_since IS NULL))
WHERE missing_since = :today AND removed IS NULL;
