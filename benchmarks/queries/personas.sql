WITH measured AS (
    SELECT organisation AS subject, time, count(*) FILTER (WHERE persona) OVER w AS value, count(*) OVER w AS whole
    FROM (
        SELECT organisation, time, (contains(prompt, 'You are Nimbus') OR contains(prompt, 'I am Orca-Chat')) AS persona
        FROM request
    )
    WINDOW w AS (PARTITION BY organisation ORDER BY time RANGE BETWEEN INTERVAL '604799.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 100 AND value * 100 >= whole * 10
GROUP BY subject
