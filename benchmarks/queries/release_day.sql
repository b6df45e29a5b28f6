WITH measured AS (
    SELECT organisation AS subject, time,
        count(*) FILTER (WHERE time > released_at AND time <= released_at + INTERVAL 24 HOURS) OVER w AS value,
        count(*) OVER w AS whole
    FROM request JOIN model_register USING (model)
    WINDOW w AS (PARTITION BY organisation ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value * 100 >= whole * 50 AND whole >= 300
GROUP BY subject
