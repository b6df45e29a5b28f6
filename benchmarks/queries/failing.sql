WITH measured AS (
    SELECT account AS subject, time, count(*) FILTER (WHERE status = 'failure') OVER w AS value, count(*) OVER w AS whole
    FROM request
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value * 100 >= whole * 50 AND whole >= 200
GROUP BY subject
