WITH measured AS (
    SELECT api_key AS subject, time, count(DISTINCT end_user) OVER w AS value
    FROM request JOIN organisation_register USING (organisation)
    WHERE end_user IS NOT NULL AND bundled_service = 'no'
    WINDOW w AS (PARTITION BY api_key ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value > 100
GROUP BY subject
