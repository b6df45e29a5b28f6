WITH templated AS (
    SELECT account, time, hour(time AT TIME ZONE 'Europe/Berlin') AS hour, lower(regexp_replace(regexp_replace(regexp_replace(
        prompt, '"[^"]*"', '"', 'g'), '([.!?:;] [A-Z])|([A-Z]\w+ ?)+', '\1^', 'g'), '[0-9]+', '#', 'g')) AS template
    FROM request
),
measured AS (
    SELECT account AS subject, time,
        count(*) OVER own AS value, count(*) OVER week AS whole, count(DISTINCT hour) OVER day AS hours
    FROM templated
    WINDOW own AS (PARTITION BY account, template ORDER BY time RANGE BETWEEN INTERVAL '604799.999999 seconds' PRECEDING AND CURRENT ROW),
        week AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '604799.999999 seconds' PRECEDING AND CURRENT ROW),
        day AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value * 100 >= whole * 80 AND hours >= 20
GROUP BY subject
