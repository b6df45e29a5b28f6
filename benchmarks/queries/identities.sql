WITH measured AS (
    SELECT account AS subject, time, count(*) OVER w AS value
    FROM request
    WHERE regexp_matches(prompt, '\b\d{3}-\d{2}-\d{4}\b')
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 3
GROUP BY subject
