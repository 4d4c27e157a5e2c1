-- Activities (`touched_activity`) and memberships, as their newest row names them. Keys are ids where there are any, else full paths
-- (amilia 9.10).

-- An activity cancelled or taken up again concerns everyone who ever registered.
INSERT OR IGNORE INTO changed_account (account_id)
SELECT registration.account_id
FROM touched_activity
CROSS JOIN activity ON activity.activity_id = touched_activity.activity_id
             AND activity.cancelled <> touched_activity.cancelled
CROSS JOIN registration ON registration.activity_id = touched_activity.activity_id;

WITH named AS (
    -- Trimmed; ` \ ` inside a name is replaced, so that the separator stays the separator (amilia 9.9). Twice: `a \ \ b`.
    SELECT
        registration.activity_id,
        touched_activity.cancelled,
        program_id,
        category_id,
        subcategory_id,
        nullif(replace(replace(trim(program), ' \ ', ' / '), ' \ ', ' / '), '') AS program,
        nullif(replace(replace(trim(category), ' \ ', ' / '), ' \ ', ' / '), '') AS category,
        nullif(replace(replace(trim(subcategory), ' \ ', ' / '), ' \ ', ' / '), '') AS subcategory,
        nullif(replace(replace(trim(activity), ' \ ', ' / '), ' \ ', ' / '), '') AS activity
    FROM touched_activity JOIN registration ON registration.id = touched_activity.newest
)
INSERT INTO activity
SELECT
    activity_id,
    concat_ws(' \ ', program, category, subcategory, activity),                       -- CI-36, CI-44; an empty level is left out
    program,                                                                          -- CI-37, and the next ones
    iif(category IS NULL, NULL, concat_ws(' \ ', program, category)),
    iif(subcategory IS NULL, NULL, concat_ws(' \ ', program, category, subcategory)),
    coalesce(program_id, program),
    concat_ws(' \ ', coalesce(program_id, program), coalesce(category_id, category)),
    concat_ws(' \ ', coalesce(program_id, program), coalesce(category_id, category), coalesce(subcategory_id, subcategory)),
    cancelled
FROM named
WHERE true
ON CONFLICT (activity_id) DO UPDATE
SET title = excluded.title, program = excluded.program, category = excluded.category, subcategory = excluded.subcategory,
    program_key = excluded.program_key, category_key = excluded.category_key, subcategory_key = excluded.subcategory_key,
    cancelled = excluded.cancelled
WHERE (activity.title, activity.program, activity.category, activity.subcategory, activity.program_key,
       activity.category_key, activity.subcategory_key, activity.cancelled)
   IS NOT (excluded.title, excluded.program, excluded.category, excluded.subcategory, excluded.program_key,
           excluded.category_key, excluded.subcategory_key, excluded.cancelled);

-- The membership group bears the membership's name (CI-38).
INSERT INTO membership_kind (membership_key, title)
SELECT membership_key, title
FROM (
    SELECT
        coalesce(CAST(membership_id AS TEXT), membership) AS membership_key,
        coalesce(nullif(trim(membership), ''), 'Membership ' || membership_id) AS title,
        row_number() OVER (
            PARTITION BY coalesce(CAST(membership_id AS TEXT), membership)
            ORDER BY missing_since IS NOT NULL, purchased_on DESC, row_key DESC
        ) AS rank
    FROM membership
)
WHERE rank = 1 AND membership_key IS NOT NULL
ON CONFLICT (membership_key) DO UPDATE SET title = excluded.title WHERE membership_kind.title <> excluded.title;
