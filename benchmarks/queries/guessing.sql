WITH measured AS (
    SELECT account AS subject, time, count(*) OVER w AS value
    FROM log
    WHERE kind = 'sign_in' AND result = 'failure'
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '599.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 10
GROUP BY subject
