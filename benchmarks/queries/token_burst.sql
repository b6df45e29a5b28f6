WITH measured AS (
    SELECT account AS subject, time, sum(input_tokens) OVER w AS value
    FROM request JOIN account_register USING (account)
    WHERE programme = 'education' AND plan <> 'enterprise'
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value > 1_000_000
GROUP BY subject
