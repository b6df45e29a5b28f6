WITH measured AS (
    SELECT account AS subject, time, count(*) FILTER (WHERE grading) OVER w AS value, count(*) OVER w AS whole
    FROM (
        SELECT account, time, regexp_matches(prompt, '(?i)\b(rate|score|grade)\b.{0,80}\b(answer|response)s?\b') AS grading
        FROM request
    )
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 500 AND value * 100 >= whole * 30
GROUP BY subject
