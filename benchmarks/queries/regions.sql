SELECT account AS subject, min(time) AS first_time, max(time) AS last_time, count(*) AS peak, count(*) AS events
FROM request
WHERE country IN ('CU', 'IR', 'KP', 'SY', 'BY')
GROUP BY account
