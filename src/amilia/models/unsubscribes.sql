-- Every address of the unsubscribed list, contact or not (CI-60 to CI-62).
SELECT email, max(unsubscribed_on) AS unsubscribed_on, 'amilia-list' AS origin
FROM unsubscribed
WHERE no_mail = 1 AND missing_since IS NULL
GROUP BY email
ORDER BY email;
