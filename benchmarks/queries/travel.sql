WITH before AS (
    SELECT api_key, time, country, min(country) OVER w AS least, max(country) OVER w AS greatest
    FROM request
    WINDOW w AS (
        PARTITION BY api_key ORDER BY time
        RANGE BETWEEN INTERVAL 5 MINUTES PRECEDING AND INTERVAL '0.000001 seconds' PRECEDING
    )
),
measured AS (
    SELECT api_key AS subject, time, count(*) OVER w AS value
    FROM before
    WHERE least <> country OR greatest <> country
    WINDOW w AS (PARTITION BY api_key ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 5
GROUP BY subject
