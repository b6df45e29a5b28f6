WITH templated AS (
    SELECT account, time, lower(regexp_replace(regexp_replace(regexp_replace(
        prompt, '"[^"]*"', '"', 'g'), '([.!?:;] [A-Z])|([A-Z]\w+ ?)+', '\1^', 'g'), '[0-9]+', '#', 'g')) AS template
    FROM request
),
measured AS (
    SELECT template AS subject, time, count(DISTINCT account) OVER w AS value
    FROM templated
    WINDOW w AS (PARTITION BY template ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value > 50
GROUP BY subject
