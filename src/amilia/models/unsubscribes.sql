-- Every address of the unsubscribed list, contact or not (CI-60 to CI-62), and every spelling of it that persons have (CI-09).
SELECT email, max(unsubscribed_on) AS unsubscribed_on, 'amilia-list' AS origin
FROM (
    SELECT email, unsubscribed_on FROM unsubscribed WHERE no_mail = 1 AND missing_since IS NULL
    UNION ALL
    SELECT spelling.email, unsubscribed_on
    FROM unsubscribed JOIN spelling ON spelling.lower_case = unsubscribed.email
    WHERE no_mail = 1 AND missing_since IS NULL
)
GROUP BY email
ORDER BY email;
