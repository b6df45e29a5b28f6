WITH measured AS (
    SELECT api_key AS subject, time, count(*) OVER w AS value
    FROM request
    WHERE status = 'failure'
    WINDOW w AS (PARTITION BY api_key ORDER BY time RANGE BETWEEN INTERVAL '599.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 50
GROUP BY subject
