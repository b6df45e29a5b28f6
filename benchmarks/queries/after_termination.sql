WITH measured AS (
    SELECT r.account AS subject, r.time, 1 AS value
    FROM request r
    WHERE EXISTS (
        FROM log t
        WHERE t.kind = 'termination' AND t.account = r.account
          AND t.time < r.time AND t.time >= r.time - INTERVAL 365 DAYS
    )
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE true
GROUP BY subject
