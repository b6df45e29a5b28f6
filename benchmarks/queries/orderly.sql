WITH subject AS (
    SELECT model, min(time) AS since
    FROM log
    GROUP BY model
),
day AS (
    SELECT model, date_trunc('day', time AT TIME ZONE 'Europe/Berlin') AS begins,
        count(*) FILTER (WHERE status = 'success') AS value, count(*) AS whole
    FROM request
    GROUP BY ALL
)
SELECT model AS subject, min(begins) AS first_time, max(begins) AS last_time, min(value / whole) AS peak,
    count(*) AS events
FROM day JOIN subject USING (model)
WHERE begins AT TIME ZONE 'Europe/Berlin' >= since
  AND (begins + INTERVAL 1 DAY) AT TIME ZONE 'Europe/Berlin' <= getvariable('until')
  AND value * 1000 < whole * 974
GROUP BY model
