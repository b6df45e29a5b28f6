WITH measured AS (
    SELECT account AS subject, time, count(*) OVER w AS value
    FROM request
    WHERE regexp_matches(prompt, '(?i)ignore (all )?(previous|prior) instructions')
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '3599.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 5
GROUP BY subject
