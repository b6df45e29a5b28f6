WITH counted AS (
    SELECT account, time, rate_limit, count(*) OVER w AS value
    FROM request JOIN account_register USING (account)
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '59.999999 seconds' PRECEDING AND CURRENT ROW)
),
breach AS (
    SELECT account, time, lag(time) OVER (PARTITION BY account ORDER BY time) AS before
    FROM counted
    WHERE value > rate_limit
),
measured AS (
    SELECT account AS subject, time, count(*) OVER w AS value
    FROM breach
    WHERE before IS NULL OR time - before >= INTERVAL 1 MINUTE
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '2591999.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 2
GROUP BY subject
