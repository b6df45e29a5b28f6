WITH measured AS (
    SELECT 'service' AS subject, time, count(*) OVER w AS value
    FROM request
    WHERE regexp_matches(prompt, '\b(nerve agent|sarin|VX)\b')
    WINDOW w AS (ORDER BY time RANGE BETWEEN INTERVAL '21599.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 30
GROUP BY subject
