-- Groups: static ones that have or had a member (CI-43), and dynamic ones for a person to set up (CI-28, CI-37).
WITH used AS (
    SELECT DISTINCT group_key FROM place WHERE email NOT IN (SELECT email FROM suppressed)
),
used_activity AS (
    SELECT activity.* FROM activity JOIN used ON used.group_key = 'activity:' || activity.activity_id
),
every (rank, number, group_key, title, kind, criterion) AS (
    SELECT 0, 0, 'customers', customers_title, 'static', NULL FROM setting                                       -- CI-35
    UNION ALL
    SELECT 1, activity_id, 'activity:' || activity_id, title, 'static', NULL FROM used_activity                  -- CI-36
    UNION ALL
    SELECT 2, 0, used.group_key, membership_kind.title, 'static', NULL                                           -- CI-38
    FROM used JOIN membership_kind ON used.group_key = 'membership:' || membership_kind.membership_key
    UNION ALL
    SELECT 3, 0, 'archived', archived_title, 'dynamic', 'Amilia.IsArchived = True' FROM setting                  -- CI-28
    UNION ALL
    SELECT DISTINCT 4, 0, 'program:' || program_key, program, 'dynamic', program FROM used_activity
    WHERE program IS NOT NULL
    UNION ALL
    SELECT DISTINCT 5, 0, 'category:' || category_key, category, 'dynamic', category FROM used_activity
    WHERE category IS NOT NULL
    UNION ALL
    SELECT DISTINCT 6, 0, 'subcategory:' || subcategory_key, subcategory, 'dynamic', subcategory FROM used_activity
    WHERE subcategory IS NOT NULL
)
SELECT
    group_key,
    title,
    kind,
    'false' AS is_public,
    iif(rank > 3, 'activity group name contains «' || criterion || '»', criterion) AS criterion                  -- CI-37
FROM every
GROUP BY group_key
ORDER BY rank, number, group_key;
