WITH measured AS (
    SELECT account AS subject, time, count(*) OVER w AS value
    FROM request
    WHERE regexp_matches(prompt, '(?i)\b(ballot|vote|candidate) (leaflet|flyer|robocall)s?\b')
    WINDOW w AS (
        PARTITION BY account, date_trunc('month', time AT TIME ZONE 'Europe/Berlin')
        ORDER BY time RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 10
GROUP BY subject
