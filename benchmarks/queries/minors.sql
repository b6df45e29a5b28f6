SELECT account AS subject, min(time) AS first_time, max(time) AS last_time, count(*) AS peak, count(*) AS events
FROM request JOIN account_register USING (account)
WHERE age < 18 AND surface = 'consumer'
GROUP BY account
