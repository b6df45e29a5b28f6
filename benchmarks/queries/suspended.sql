WITH sequence AS (
    SELECT r.account, r.time
    FROM request r
    WHERE r.status = 'success' AND EXISTS (
        FROM log s
        WHERE s.kind = 'suspension' AND s.account = r.account
          AND s.time < r.time AND s.time >= r.time - INTERVAL 1 DAY
    )
),
measured AS (
    SELECT account AS subject, time, count(*) OVER w AS value
    FROM sequence
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 2
GROUP BY subject
