WITH measured AS (
    SELECT api_key AS subject, time, count(DISTINCT country) OVER w AS value
    FROM request
    WINDOW w AS (PARTITION BY api_key ORDER BY time RANGE BETWEEN INTERVAL '3599.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value > 3
GROUP BY subject
