WITH measured AS (
    SELECT organisation AS subject, time, allowance, sum(output_tokens) OVER w AS value
    FROM request JOIN organisation_register USING (organisation)
    WINDOW w AS (
        PARTITION BY organisation, date_trunc('month', time AT TIME ZONE 'Europe/Berlin')
        ORDER BY time RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value > allowance
GROUP BY subject
