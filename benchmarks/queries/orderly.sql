WITH customer AS (
    SELECT organisation, min(time) AS since
    FROM log
    GROUP BY organisation
),
week AS (
    SELECT organisation, date_trunc('week', time AT TIME ZONE 'Europe/Berlin') AS monday,
        count(*) FILTER (WHERE status = 'success') AS value, count(*) AS whole
    FROM request
    GROUP BY ALL
)
SELECT organisation AS subject, min(monday) AS first_time, max(monday) AS last_time, min(value / whole) AS peak,
    count(*) AS events
FROM week JOIN customer USING (organisation)
WHERE monday AT TIME ZONE 'Europe/Berlin' >= since
  AND (monday + INTERVAL 7 DAYS) AT TIME ZONE 'Europe/Berlin' <= getvariable('until')
  AND value * 100 < whole * 60
GROUP BY organisation
