WITH measured AS (
    SELECT account AS subject, time, count(*) OVER own AS value, count(*) OVER day AS whole
    FROM request
    WINDOW own AS (PARTITION BY account, model ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW),
        day AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value * 100 >= whole * 99 AND whole >= 1000
GROUP BY subject
