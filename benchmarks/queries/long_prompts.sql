WITH measured AS (
    SELECT account AS subject, time, count(*) OVER w AS value
    FROM request
    WHERE length(prompt) > 4_000
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 20
GROUP BY subject
