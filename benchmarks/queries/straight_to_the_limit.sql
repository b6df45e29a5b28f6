WITH measured AS (
    SELECT account AS subject, time, count(*) OVER w AS value
    FROM request JOIN account_register USING (account)
    WHERE time > created_at AND time <= created_at + INTERVAL 24 HOURS
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 200
GROUP BY subject
